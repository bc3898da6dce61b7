import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { createEgress, type EgressOptions } from '@rungate/egress';
import type { OriginRecord, PlanAnswer, PlanRequest } from '@rungate/run-task';
import { drip, flood, serve, type TestServer } from '../testing/servers.js';
import { createTerraform, type TerraformLimits } from './terraform.js';

const TOKEN = 'abc.atlasv1.token-canary';
const PLAN = '{"format_version":"1.2","resource_changes":[]}';
const API_PATH = '/api/v2/plans/plan-1/json-output';
const QUICK = { retryWindowMs: 300, retryBaseMs: 5, downloadIdleMs: 5_000, downloadTotalMs: 5_000 };

let spoolDir = '';
const cleanups: (() => Promise<void>)[] = [];

beforeEach(async () => {
  spoolDir = await mkdtemp(path.join(tmpdir(), 'rungate-test-'));
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await rm(spoolDir, { recursive: true });
});

describe('a plan', () => {
  it('is fetched by redirect, and the token goes to the API alone', async () => {
    const archive = await open((_request, response) => response.end(PLAN));
    const api = await open(redirect(() => `${archive.origin}/v1/object/x?sig=query-canary`));
    const plan = await fetched({ api, downloadOrigins: [archive.origin] });
    expect(await readFile(plan.path, 'utf8')).toBe(PLAN);
    expect(plan.bytes).toBe(PLAN.length);
    expect(api.requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${TOKEN}`]);
    expect(archive.requests.map(({ rawHeaders }) => rawHeaders.join())).not.toContain(TOKEN);
    expect(archive.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('is fetched from the same host without the token, by a relative link', async () => {
    const api = await open((request, response) => {
      if (request.url === API_PATH) redirect(() => '/_archivist/v1/object/x?y=z')(request, response);
      else response.end(PLAN);
    });
    await fetched({ api });
    expect(api.requests[1]).toMatchObject({ url: '/_archivist/v1/object/x?y=z' });
    expect(api.requests[1]?.headers).not.toHaveProperty('authorization');
  });

  it('lies in a directory that nobody else may enter, until it is disposed of', async () => {
    const umask = process.umask(0);
    cleanups.push(() => Promise.resolve(void process.umask(umask)));
    const plan = await fetched({ api: await open((_request, response) => response.end(PLAN)) });
    const mode = async (file: string) => (await stat(file)).mode & 0o777;
    expect(await mode(plan.path)).toBe(0o600);
    expect(await mode(path.dirname(plan.path))).toBe(0o700);
    expect(await mode(path.dirname(path.dirname(plan.path)))).toBe(0o700);
    await plan.dispose();
    await plan.dispose();
    expect(await spooled()).toEqual([]);
  });

  it('is decoded when the server encodes it', async () => {
    const api = await open((_request, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(PLAN));
    });
    expect(await readFile((await fetched({ api })).path, 'utf8')).toBe(PLAN);
  });

  it('of 64 MB arrives whole', async () => {
    const body = Buffer.alloc(64 * 1_048_576, 'plan');
    const plan = await fetched({ api: await open((_request, response) => response.end(body)) });
    const digest = (content: Buffer) => createHash('sha256').update(content).digest('hex');
    expect(digest(await readFile(plan.path))).toBe(digest(body));
  });
});

describe('a place for a download', () => {
  it('is taken by so many of one organization at once, and is kept for others', async () => {
    const waiting: (() => void)[] = [];
    const api = await open((request, response) => {
      if (request.url?.startsWith(API_PATH) === true) waiting.push(() => response.end(PLAN));
    });
    const downloads = { total: 9, perOrigin: 9, perOrganization: 2 };
    const { plans } = openTerraform({ ...QUICK, retryWindowMs: 5_000, downloads });
    const fetch = (organizationId: string) =>
      plans.fetchPlan({ ...requestTo({ api }), organizationId }, new AbortController().signal);
    const tarpits = [1, 2, 3].map(() => fetch('tarpit'));
    while (waiting.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const other = fetch('quiet');
    while (waiting.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    waiting[2]?.();
    expect(await other).toMatchObject({ kind: 'fetched' });
    expect(waiting).toHaveLength(3);
    waiting[0]?.();
    while (waiting.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const answer of waiting) answer();
    expect(await Promise.all(tarpits)).toMatchObject(Array(3).fill({ kind: 'fetched' }));
  });

  it('is waited for as long as a failing download is tried again', async () => {
    const api = await open(() => undefined);
    const downloads = { total: 9, perOrigin: 1, perOrganization: 9 };
    const { plans } = openTerraform({ ...QUICK, downloads });
    const controller = new AbortController();
    const first = plans.fetchPlan(requestTo({ api }), controller.signal);
    expect(await plans.fetchPlan(requestTo({ api }), new AbortController().signal)).toMatchObject({
      kind: 'unavailable',
      reason: expect.stringContaining('Too many slow downloads') as string,
    });
    controller.abort();
    await first;
  });
});

describe('another try from the API', () => {
  it.each([
    ['the plan is not complete', (_request, response) => response.writeHead(204).end()],
    ['the server fails', (_request, response) => response.writeHead(503).end()],
    ['the server asks to wait', (_request, response) => response.writeHead(429).end()],
    ['the connection breaks', (_request, response) => response.destroy()],
    [
      'the plan is cut off',
      (_request, response) => {
        response.writeHead(200, { 'Content-Length': '1000' });
        response.write('{', () => response.destroy());
      },
    ],
    ['no byte comes', (_request, response) => response.writeHead(200).write('{')],
  ] as [string, RequestListener][])('is made when %s', async (_name, trouble) => {
    const api = await open((request, response) => {
      if (api.requests.length === 1) trouble(request, response);
      else response.end(PLAN);
    });
    const plan = await fetched({ api, limits: { downloadIdleMs: 100, retryWindowMs: 5_000 } });
    expect(await readFile(plan.path, 'utf8')).toBe(PLAN);
    expect(await spooled()).toHaveLength(1);
  });

  it('is made when a download link has expired', async () => {
    const archive = await open((request, response) => {
      if (request.url === '/link-2') response.end(PLAN);
      else response.writeHead(403).end();
    });
    const api: TestServer = await open(redirect(() => `${archive.origin}/link-${api.requests.length}`));
    await fetched({ api, downloadOrigins: [archive.origin] });
    expect(api.requests).toHaveLength(2);
  });

  it('is not made after the time for it', async () => {
    const api = await open((_request, response) => response.writeHead(502).end());
    const answer = await fetchPlan({ api, limits: { retryWindowMs: 100 } });
    expect(answer).toEqual({
      kind: 'unavailable',
      reason: 'The plan could not be downloaded. The server failed (HTTP 502).',
    });
    expect(api.requests.length).toBeGreaterThan(1);
    expect(await spooled()).toEqual([]);
  });
});

describe('no plan', () => {
  it.each([401, 403, 404, 422, 400, 206])('and no other try after %d', async (status) => {
    const api = await open((_request, response) => response.writeHead(status).end(PLAN));
    const answer = await fetchPlan({ api });
    expect(answer).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining(`HTTP ${status}`) as string });
    expect(api.requests).toHaveLength(1);
  });

  it.each([
    'https://evil.example/x?sig=query-canary',
    'http://169.254.169.254/latest/meta-data/',
    'http://127.0.0.1:1/',
    '//evil.example/x',
    'https://user@evil.example/',
    'file:///etc/passwd',
    'x',
    '',
  ])('from a redirect to %j', async (location) => {
    const api = await open(redirect(() => location));
    const answer = await fetchPlan({ api });
    expect(answer).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('redirected') as string });
    expect(JSON.stringify(answer)).not.toMatch(/evil|canary|169|passwd/);
    expect(api.requests).toHaveLength(1);
  });

  it('from a download host that leads to metadata', async () => {
    const api = await open(redirect(() => 'http://files.example/latest/'));
    const answer = await fetchPlan({
      api,
      downloadOrigins: ['http://files.example'],
      egress: { resolve: () => Promise.resolve([{ address: '169.254.169.254', family: 4 }]) },
    });
    expect(answer).toMatchObject({
      reason: 'The plan could not be downloaded. The address of the server may not be called from here.',
    });
  });

  it('after more than three redirects', async () => {
    const api = await open(redirect(() => `${API_PATH}?next`));
    expect(await fetchPlan({ api })).toMatchObject({
      reason: expect.stringContaining('more than three times') as string,
    });
    expect(api.requests).toHaveLength(4);
  });

  it.each([
    ['a gibibyte', flood],
    [
      'a length that is announced',
      (_request, response) => response.writeHead(200, { 'Content-Length': '2000000' }).write('{'),
    ],
    [
      'a bomb',
      (_request, response) =>
        response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(Buffer.alloc(2_000_000))),
    ],
  ] as [string, RequestListener][])('when it is larger than allowed: %s', async (_name, listener) => {
    const api = await open(listener);
    const answer = await fetchPlan({ api, limits: { planBytes: 1_000_000 } });
    expect(answer).toEqual({
      kind: 'unavailable',
      reason: 'The plan could not be downloaded. It is larger than allowed.',
    });
    expect(api.requests).toHaveLength(1);
    expect(await spooled()).toEqual([]);
  });

  it('when it drips in more slowly than a download may take', async () => {
    const answer = await fetchPlan({ api: await open(drip), limits: { downloadTotalMs: 200, retryWindowMs: 0 } });
    expect(answer).toMatchObject({ reason: 'The plan could not be downloaded. The server did not answer in time.' });
    expect(await spooled()).toEqual([]);
  });

  it('when the caller no longer wants it, and nothing is left behind', async () => {
    const controller = new AbortController();
    const api = await open((_request, response) => {
      response.write('{');
      setTimeout(() => {
        controller.abort();
      }, 50);
    });
    const answer = await fetchPlan({ api, signal: controller.signal });
    expect(answer).toEqual({ kind: 'unavailable', reason: 'The download of the plan was stopped.' });
    expect(await spooled()).toEqual([]);
  });

  it('when its URL is not of the run task', async () => {
    const api = await open((_request, response) => response.end(PLAN));
    for (const url of ['https://evil.example/api/v2/plans/p/json-output', `${api.origin}/api/v2/users/me`]) {
      expect(await fetchPlan({ api, url })).toMatchObject({
        kind: 'unavailable',
        reason: expect.stringContaining('The plan URL') as string,
      });
    }
    expect(api.requests).toHaveLength(0);
  });

  it('while the spool is full, per organization and in all', async () => {
    const api = await open((_request, response) => response.end(PLAN));
    const full = { kind: 'unavailable', reason: expect.stringContaining('take all the room') as string };
    const limits = { ...QUICK, retryWindowMs: 0, organizationBytes: 70, spoolBytes: 100 };
    const { plans } = openTerraform(limits);
    const get = (organizationId: string) =>
      plans.fetchPlan(requestTo({ api, organizationId }), new AbortController().signal);
    const first = await get('a');
    expect(await get('a')).toMatchObject(full);
    const second = await get('b');
    expect(await get('c')).toMatchObject(full);
    for (const answer of [first, second]) if (answer.kind === 'fetched') await answer.plan.dispose();
    expect(await get('a')).toMatchObject({ kind: 'fetched' });
  });
});

interface Fetching extends Partial<PlanRequest> {
  readonly api: TestServer;
  readonly limits?: Partial<TerraformLimits>;
  readonly egress?: Partial<EgressOptions>;
  readonly signal?: AbortSignal;
}

async function fetched(fetching: Fetching) {
  const answer = await fetchPlan(fetching);
  if (answer.kind === 'unavailable') throw new Error(answer.reason);
  return answer.plan;
}

async function fetchPlan({ limits, egress, signal, ...request }: Fetching): Promise<PlanAnswer> {
  const { plans } = openTerraform({ ...QUICK, ...limits }, egress);
  return plans.fetchPlan(requestTo(request), signal ?? new AbortController().signal);
}

function openTerraform(limits: Partial<TerraformLimits>, options: Partial<EgressOptions> = {}) {
  const egress = createEgress({ development: true, grantableRanges: [], ownEndpoints: () => [], ...options });
  const terraform = createTerraform({
    egress,
    openOrigins: { origins: ['http://files.example'] },
    spoolDir,
    limits,
  });
  cleanups.push(async () => {
    await terraform.close();
    await egress.close();
    expect(await readdir(spoolDir)).toEqual([]);
  });
  return terraform;
}

function requestTo({ api, ...rest }: Partial<PlanRequest> & { readonly api: TestServer }): PlanRequest {
  return {
    organizationId: 'organization',
    taskResultId: 'task-result',
    url: `${api.origin}${API_PATH}`,
    accessToken: TOKEN,
    terraformOrigin: api.origin,
    downloadOrigins: [],
    originRecords: [approved(api.origin), ...(rest.downloadOrigins ?? []).map(approved)],
    ...rest,
  };
}

function approved(origin: string): OriginRecord {
  return { origin, state: 'approved', privateRanges: [], caBundle: null };
}

/** Directories of plans that are on disk. */
async function spooled(): Promise<string[]> {
  // Directories that hold nothing are kept for the next plan.
  const entries = await readdir(spoolDir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
}

async function open(listener: RequestListener): Promise<TestServer> {
  const server = await serve(listener);
  cleanups.push(() => server.close());
  return server;
}

function redirect(location: () => string): RequestListener {
  return (_request, response) => response.writeHead(307, { Location: location() }).end();
}
