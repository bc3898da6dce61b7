import addFormats from 'ajv-formats';
import Ajv2020 from 'ajv/dist/2020.js';
import type { LightMyRequestResponse as Response } from 'fastify';
import { ApiUnderTest, TOKEN } from './testing/index.js';

interface Content {
  readonly schema: object;
  readonly example?: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Content>> }>>;
}

interface Call extends Operation {
  readonly method: string;
  readonly path: string;
}

interface Document {
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
}

// Each answer compiles the schemas of the whole document.
jest.setTimeout(60_000);

const api = new ApiUnderTest();
let document: Document;

beforeAll(async () => {
  await api.start();
  api.endStreams();
  document = (await api.ask('GET', '/openapi.json')).json();
});
afterAll(() => api.stop());

function calls(): readonly Call[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
}

function named(operationId: string): Call {
  const found = calls().find((call) => call.operationId === operationId);
  if (found === undefined) throw new Error(`there is no ${operationId}`);
  return found;
}

/** The run task of a path, and what its id stands for. */
interface Named {
  readonly name?: string;
  readonly id?: string;
}

/** A request that is made of nothing but the document, and ids that earlier answers gave. */
function send({ method, path, requestBody }: Call, { name = 'guard', id = '' }: Named = {}): Promise<Response> {
  const params: Readonly<Record<string, string>> = { org: 'acme', name, id, origin: 'https://tfe.example.com' };
  const target = path.replaceAll(/\{(\w+)\}/g, (_, param: string) => encodeURIComponent(params[param] ?? ''));
  const [body] = Object.entries(requestBody?.content ?? {});
  return api.inject({
    method: method,
    url: `${document.servers[0]!.url}${target}`,
    headers: { authorization: `Bearer ${TOKEN}`, ...(body === undefined ? {} : { 'content-type': body[0] }) },
    // A line of NDJSON ends as the document of JSON may.
    ...(body === undefined ? {} : { payload: `${JSON.stringify(body[1].example)}\n` }),
  });
}

/** What the document's own schema says against an answer; nothing when it is as described. */
function faults({ responses }: Call, response: Response): readonly unknown[] {
  const described = responses[response.statusCode];
  if (described === undefined) return [`${response.statusCode} is not described: ${response.payload.slice(0, 300)}`];
  const type = String(response.headers['content-type'] ?? '').split(';')[0] ?? '';
  if (described.content === undefined) return response.payload === '' ? [] : ['a body where none is described'];
  const content = described.content[type];
  if (content === undefined) return [`${type} is not described`];
  const ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
  const validate = ajv.compile({ ...content.schema, components: document.components });
  return bodiesOf(type, response.payload).flatMap((body) => (validate(body) ? [] : (validate.errors ?? [])));
}

function bodiesOf(type: string, payload: string): readonly unknown[] {
  if (type.includes('ndjson'))
    return payload
      .split('\n')
      .filter((line) => line !== '')
      .map(parsed);
  return [type.includes('json') ? parsed(payload) : payload];
}

function parsed(text: string): unknown {
  return JSON.parse(text);
}

describe('the API, called by its OpenAPI document alone', () => {
  /** Operations whose ids come from another one's answer. */
  const MADE_BY: Readonly<Record<string, string>> = {
    revokeHmacKey: 'createHmacKey',
    revokeToken: 'createToken',
    revokePlatformToken: 'createPlatformToken',
    getOrigin: 'putOrigin',
    deleteOrigin: 'putOrigin',
    getOperation: 'planOperation',
    listOperationItems: 'planOperation',
    startOperation: 'planOperation',
    cancelOperation: 'planOperation',
    getSsoConnection: 'createSsoConnection',
    changeSsoConnection: 'createSsoConnection',
    testSsoConnection: 'createSsoConnection',
    disableSsoConnection: 'createSsoConnection',
    checkDomain: 'addDomain',
    assertDomain: 'addDomain',
    removeDomain: 'addDomain',
    getPlatformSsoConnection: 'createPlatformSsoConnection',
    changePlatformSsoConnection: 'createPlatformSsoConnection',
    testPlatformSsoConnection: 'createPlatformSsoConnection',
    disablePlatformSsoConnection: 'createPlatformSsoConnection',
  };
  /** There is no task result, no quarantine, no provider and nobody who signed in here, so tests of their own show them. */
  const ELSEWHERE = [
    ...['getWorkspaceHistory', 'showVerdict', 'extendTaskResult', 'finishTaskResult'],
    ...['reevaluateTaskResult', 'listReevaluations', 'getPlanChanges'],
    ...['getTaskResult', 'resendTaskResult', 'liftQuarantine', 'liftPlatformQuarantine'],
    ...['readSsoMetadata', 'activateSsoConnection', 'readPlatformSsoMetadata', 'activatePlatformSsoConnection'],
    ...[
      'beginView',
      'allowViews',
      'createSavedView',
      'removeSavedView',
      'endSession',
      'changeMember',
      'signMemberOut',
      'changePlatformMember',
      'signPlatformMemberOut',
    ],
  ];

  beforeEach(() => send(named('putOrganization')));

  it('describes something to call', () => {
    expect(calls().length).toBeGreaterThan(20);
  });

  it('answers every operation as it is described', async () => {
    const wrong: unknown[] = [];
    for (const call of calls().filter(({ operationId }) => !ELSEWHERE.includes(operationId))) {
      // A run task for each, so that none meets what another did.
      const name = call.operationId;
      await send(named('putRunTask'), { name });
      const maker = MADE_BY[call.operationId];
      const made = maker === undefined ? null : (await send(named(maker), { name })).json<{ id?: string }>();
      const found = faults(call, await send(call, { name, ...(made?.id === undefined ? {} : { id: made.id }) }));
      if (found.length > 0) wrong.push({ operation: call.operationId, found });
    }
    expect(wrong).toEqual([]);
  });

  it('notices an answer that is not as described', async () => {
    const call = named('getOrganization');
    const other = { ...call, responses: named('listChecks').responses };
    expect(faults(other, await send(call))).not.toEqual([]);
  });
});
