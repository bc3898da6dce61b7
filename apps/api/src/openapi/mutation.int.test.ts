import fc from 'fast-check';
import { openApiDocument } from '@rungate/contract';
import { startTestPostgres, type TestPostgres } from '@rungate/postgres/testing';
import type { LightMyRequestResponse as Response } from 'fastify';
import { z } from 'zod';
import { ApiUnderTest, pointers } from '../testing/index.js';
import { placesOf, readDocument, withValue, type JsonSchema, type Place } from '../testing/schema-places.js';

jest.setTimeout(600_000);

const RUNS = Number(process.env.RUNGATE_FUZZ_RUNS ?? 400);
const SEED = Number(process.env.RUNGATE_FUZZ_SEED ?? 20_261_122);
const document = readDocument(openApiDocument());

/** Statuses that speak of the request as a whole: there is no field to point to. */
const WITHOUT_POINTER = [403, 404, 409, 412, 413, 415, 429];
const record = z.record(z.string(), z.unknown());
const JSON_TYPE = 'application/json';

interface Target {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body: unknown;
  /** A parameter by its name, or a place of the body. */
  readonly at: { readonly parameter: string; readonly in: string; readonly schema: JsonSchema } | Place;
}

/** Every parameter and every place of every body of the document. */
const TARGETS: readonly Target[] = Object.entries(document.paths).flatMap(([path, operations]) =>
  Object.entries(operations).flatMap(([method, { parameters, requestBody }]) => {
    const content = requestBody?.content[JSON_TYPE];
    if (requestBody !== undefined && content === undefined) return [];
    const target = { method: methodOf(method), path, body: content?.example };
    const places = content === undefined ? [] : placesOf(document, content.schema);
    return [
      ...parameters.map(({ name, in: where, schema }) => ({ ...target, at: { parameter: name, in: where, schema } })),
      ...places.map((at) => ({ ...target, at })),
    ];
  }),
);

function methodOf(method: string): Target['method'] {
  const known = (['GET', 'PUT', 'POST', 'DELETE'] as const).find((name) => name.toLowerCase() === method);
  if (known === undefined) throw new Error(`The test does not know ${method}.`);
  return known;
}

/** What no program would send, and what somebody who means harm might. */
// prettier-ignore
const ODDITIES: readonly unknown[] = [
  undefined, null, true, 0, -0, -1, 2.5, 1e300, 2 ** 53, '', ' ', 'post_plan', 'https://app.terraform.io', 'https://h.', 'a\u0000', '\ud83d',
  '😀'.repeat(500), 'y'.repeat(1_001), '\u202egnp', '__proto__', 'constructor', "'; drop table organizations; --",
  [], {}, [[]], { constructor: { prototype: 1 } }, [null], { toString: 1 }, ['a', 'a'], { '': '' }, nested(70), '../..', '%2e%2e%2f',
];

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)];
}

function valuesFor({ enum: allowed = [], minimum, maximum, maxLength }: JsonSchema): fc.Arbitrary<unknown> {
  const edges = [minimum, maximum].flatMap((bound) => (bound === undefined ? [] : [bound - 1, bound, bound + 1]));
  const long = maxLength === undefined ? [] : ['x'.repeat(maxLength), 'x'.repeat(maxLength + 1)];
  return fc.oneof(
    fc.constantFrom(...ODDITIES, ...allowed, ...edges, ...long),
    fc.jsonValue({ maxDepth: 3 }),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );
}

const requests = fc
  .constantFrom(...TARGETS)
  .chain((target) => valuesFor(target.at.schema).map((value) => ({ target, value })));

describe('a request that is damaged in one place', () => {
  let db: TestPostgres;
  const api = new ApiUnderTest();
  const statuses = new Map<number, number>();

  beforeAll(async () => {
    db = await startTestPostgres();
    const { organizations, runTasks, taskResults, apiTokens, answers, operations } = db.postgres;
    await api.start({ options: { organizations, runTasks, taskResults, apiTokens, answers, operations } });
    await restore();
  });
  afterAll(async () => {
    await api.stop();
    await db.close();
  });

  it(`is refused with a pointer, or done and reads back as it was sent (${RUNS} requests)`, async () => {
    await fc.assert(
      fc.asyncProperty(requests, async ({ target, value }) => {
        await judge(target, value);
        if (target.method !== 'GET') await restore();
      }),
      { numRuns: RUNS, seed: SEED },
    );
    // A test in which all is refused, or nothing, would say nothing.
    expect([...statuses.keys()].sort()).toEqual(expect.arrayContaining([200, 201, 400, 404]));
    expect(api.logged).toEqual([]);
  });

  async function judge({ method, path, body, at }: Target, value: unknown): Promise<void> {
    const damaged = 'path' in at ? withValue(body, at.path, value) : body;
    const url = address(path, 'path' in at ? {} : { [`${at.in} ${at.parameter}`]: value });
    const headers = 'path' in at || at.in !== 'header' ? {} : { [at.parameter]: headerOf(value) };
    const written = damaged === undefined ? {} : { body: JSON.stringify(damaged) };
    const response = await api.ask(method, url, { ...written, headers });
    const { statusCode } = response;
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    expect(statusCode).toBeLessThan(500);
    if (statusCode >= 400) expectReason(response);
    else await expectReadBack({ method, url, damaged, response });
  }

  function expectReason(response: Response): void {
    expect(response.headers['content-type']).toBe('application/problem+json');
    if (WITHOUT_POINTER.includes(response.statusCode)) return;
    // A body that is no JSON, or no object where one is read as a stream, has no places to point to.
    if (/not (a )?JSON/.test(response.json<{ detail?: string }>().detail ?? '')) return;
    expect(pointers(response)).not.toEqual([]);
  }

  interface Done {
    readonly method: Target['method'];
    readonly url: string;
    readonly damaged: unknown;
    readonly response: Response;
  }

  async function expectReadBack({ method, url, damaged, response }: Done): Promise<void> {
    const sent = record.safeParse(damaged === undefined ? null : JSON.parse(JSON.stringify(damaged)));
    if (response.body === '' || !sent.success) return;
    const answers = [response.json<object>()];
    if (method === 'PUT' && !url.includes('dryRun'))
      answers.push((await api.ask('GET', url.replace(/\?.*$/, ''))).json());
    for (const answer of answers) {
      const known = Object.entries(sent.data).filter(([field]) => field in answer);
      expect(answer).toMatchObject(Object.fromEntries(known));
    }
  }

  /** What the examples speak of is there, and serves. */
  async function restore(): Promise<void> {
    await api.ask('PUT', '/organizations/acme', { body: {} });
    await api.ask('POST', '/organizations/acme/resume');
    await api.ask('PUT', '/organizations/acme/run-tasks/guard', {
      body: { terraformOrigin: 'https://app.terraform.io' },
    });
  }
});

/** What a client can send in a header at all. */
function headerOf(value: unknown): string {
  return text(value).replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

const PARAMETERS: Readonly<Record<string, string>> = { org: 'acme', name: 'guard', format: 'markdown' };

/** The address of an operation, with one parameter replaced: a list repeats it, and an absent one is left out. */
function address(path: string, replaced: Readonly<Record<string, unknown>>): string {
  const written = (value: unknown): string => encodeURIComponent(text(value).toWellFormed());
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    `path ${name}` in replaced ? written(replaced[`path ${name}`]) : (PARAMETERS[name] ?? 'none'),
  );
  const query = Object.entries(replaced).flatMap(([key, value]) => {
    const [where, name = ''] = key.split(' ');
    if (where !== 'query' || value === undefined) return [];
    return (Array.isArray(value) ? value : [value]).map((one) => `${name}=${written(one)}`);
  });
  return query.length === 0 ? filled : `${filled}?${query.join('&')}`;
}
