import { mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { text } from 'node:stream/consumers';
import { createEgress } from '@rungate/egress';
import {
  callbackDocument,
  plain,
  type CallbackAnswer,
  type CallbackRequest,
  type OpenOrigins,
} from '@rungate/run-task';
import { drip, flood, serve, type TestServer } from '../testing/servers.js';
import { createTerraform } from './terraform.js';

const TOKEN = 'abc.atlasv1.token-canary';
const callback = callbackDocument({ status: 'passed', message: plain`Two checks passed.` });
const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

it('sends one PATCH with the token, the content type and the document', async () => {
  let body: Promise<string> = Promise.resolve('');
  const server = await open((request, response) => {
    body = text(request);
    void body.then(() => response.end());
  });
  expect(await send({ server })).toEqual({ kind: 'status', status: 200, retryAfterMs: null, title: null });
  expect(JSON.parse(await body)).toEqual(callback);
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]).toMatchObject({
    method: 'PATCH',
    url: '/api/v2/task-results/x/callback?url_code=1',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/vnd.api+json' },
  });
});

it('tells the title of an error and when to come back', async () => {
  const server = await open(answerWith(429, { errors: [{ title: 'too many requests' }] }, { 'Retry-After': '7' }));
  expect(await send({ server })).toEqual({
    kind: 'status',
    status: 429,
    retryAfterMs: 7_000,
    title: 'too many requests',
    kept: '{"errors":[{"title":"too many requests"}]}',
  });
});

it('never repeats the token of a server that echoes it', async () => {
  const server = await open((request, response) => {
    response.writeHead(401).end(JSON.stringify({ errors: [{ title: `bad ${request.headers.authorization ?? ''}` }] }));
  });
  const answer = await send({ server });
  expect(answer).toMatchObject({ status: 401, title: 'bad Bearer [secret]' });
  expect(JSON.stringify(answer)).not.toContain('canary');
});

it('asks for the answer as it is, sends no cookie of before, and tells a server of nothing but the callback', async () => {
  const server = await open((_request, response) => response.writeHead(200, { 'Set-Cookie': 'a=b' }).end());
  await send({ server });
  await send({ server });
  for (const { headers } of server.requests) {
    expect(Object.keys(headers).sort()).toEqual([
      'accept',
      'accept-encoding',
      'authorization',
      'connection',
      'content-length',
      'content-type',
      'host',
      'user-agent',
    ]);
    expect(headers['accept-encoding']).toBe('identity');
  }
});

it.each([
  ['a gigabyte', 503, flood, 'xxx'],
  ['a gzip bomb', 503, encoded('gzip', gzipSync(Buffer.alloc(50_000_000, 'x'))), 'xxx'],
  ['a brotli bomb', 503, encoded('br', brotliCompressSync(Buffer.alloc(50_000_000, 'x'))), 'xxx'],
  ['what is no gzip', 503, encoded('gzip', Buffer.from('not packed')), ''],
  ['a body that breaks off', 503, (_request, response) => void response.write('xxx', () => response.destroy()), 'xxx'],
] as [string, number, RequestListener, string][])(
  'goes by the status of an answer that is %s, and keeps little of it',
  async (_name, code, listener, start) => {
    const server = await open((request, response) => {
      response.statusCode = code;
      listener(request, response);
    });
    const answer = await send({ server });
    if (answer.kind !== 'status') throw new Error(answer.detail);
    expect(answer.status).toBe(code);
    expect(answer.kept ?? '').toMatch(new RegExp(`^${start}`));
    expect(answer.kept?.length ?? 0).toBeLessThanOrEqual(2_000);
  },
);

it('takes headers that are larger than allowed for no answer', async () => {
  const server = await open((_request, response) => response.writeHead(200, { 'X-Large': 'x'.repeat(20_000) }).end());
  expect(await send({ server })).toMatchObject({ kind: 'no_answer', cause: 'reset', sent: true });
});

it('shows where a redirect leads by its origin and a hash of its path alone', async () => {
  const server = await open(
    answerWith(302, {}, { Location: 'http://169.254.169.254/latest/path-canary?x=query-canary' }),
  );
  const answer = await send({ server });
  expect(answer).toMatchObject({
    kept: expect.stringMatching(/^Location: http:\/\/169\.254\.169\.254 \(path /) as string,
  });
  expect(JSON.stringify(answer)).not.toContain('canary');
});

it('never follows a redirect', async () => {
  const other = await open((_request, response) => response.end());
  const server = await open(answerWith(307, {}, { Location: `${other.origin}/api/v2/task-results/x/callback` }));
  expect(await send({ server })).toMatchObject({ kind: 'status', status: 307 });
  expect(other.requests).toHaveLength(0);
});

it('reads the start of an endless answer and goes by its status', async () => {
  expect(await send({ server: await open(flood) })).toMatchObject({ kind: 'status', status: 200 });
  const server = await open(drip);
  expect(await send({ server, totalMs: 300 })).toMatchObject({ kind: 'status', status: 200 });
});

it.each([
  ['timeout', true, () => undefined],
  ['reset', true, (_request, response) => void response.destroy()],
] as [string, boolean, RequestListener][])('answers %s when no status came', async (cause, sent, listener) => {
  expect(await send({ server: await open(listener), totalMs: 300 })).toMatchObject({ kind: 'no_answer', cause, sent });
});

it('answers refused when nobody listens, certificate when nobody speaks TLS', async () => {
  const server = await open(answerWith(200, {}));
  const tls = { ...server, origin: server.origin.replace('http:', 'https:') };
  expect(await send({ server: tls })).toMatchObject({ kind: 'no_answer', cause: 'certificate', sent: false });
  await cleanups.pop()?.();
  await server.close().catch(() => undefined);
  expect(await send({ server })).toMatchObject({ kind: 'no_answer', cause: 'refused', sent: false });
});

it('answers forbidden off the origin and off the path, and connects to nobody', async () => {
  const server = await open(answerWith(200, {}));
  for (const url of ['http://127.0.0.1:1/api/v2/task-results/x', `${server.origin}/api/v2/users/me`]) {
    expect(await send({ server, url })).toMatchObject({ kind: 'no_answer', cause: 'forbidden', sent: false });
  }
  expect(server.requests).toHaveLength(0);
});

it('stops when it is told to', async () => {
  const controller = new AbortController();
  const server = await open(() => {
    controller.abort();
  });
  expect(await send({ server, signal: controller.signal })).toMatchObject({
    kind: 'no_answer',
    cause: 'reset',
    sent: true,
  });
});

it('answers for a token that cannot be sent', async () => {
  const server = await open(answerWith(200, {}));
  const answer = await send({ server, accessToken: `${TOKEN}\r\nx: y` });
  expect(answer).toMatchObject({ kind: 'no_answer', sent: false });
  expect(JSON.stringify(answer)).not.toContain('canary');
});

it.each(['pending', 'refused'] as const)('reaches nobody on an origin that is %s', async (state) => {
  const paths: unknown[] = [];
  const server = await open((request, response) => {
    paths.push(request.url);
    response.end();
  });
  const record = { origin: server.origin, state, privateRanges: [], caBundle: null };
  const openOrigins = { origins: state === 'refused' ? [server.origin] : [] };
  const answer = await send({ server, originRecords: [record], openOrigins });
  expect(answer).toMatchObject({ kind: 'no_answer', cause: 'forbidden', sent: false });
  expect(answer).toMatchObject({ detail: expect.stringContaining('not approved') as string });
  expect(paths).toEqual([]);
});

interface Sending extends Partial<CallbackRequest> {
  readonly server: TestServer;
  readonly totalMs?: number;
  readonly signal?: AbortSignal;
  readonly openOrigins?: OpenOrigins;
}

async function send({
  server,
  totalMs = 5_000,
  signal = new AbortController().signal,
  openOrigins = { origins: [server.origin] },
  ...rest
}: Sending): Promise<CallbackAnswer> {
  const egress = createEgress({ development: true, grantableRanges: [], ownEndpoints: () => [] });
  const spoolDir = await mkdtemp(path.join(tmpdir(), 'rungate-test-'));
  const terraform = createTerraform({
    egress,
    openOrigins,
    spoolDir,
    limits: { callbackTotalMs: totalMs },
  });
  cleanups.unshift(async () => {
    await terraform.close();
    await egress.close();
    await rm(spoolDir, { recursive: true });
  });
  const request: CallbackRequest = {
    organizationId: 'organization',
    url: `${server.origin}/api/v2/task-results/x/callback?url_code=1`,
    accessToken: TOKEN,
    terraformOrigin: server.origin,
    originRecords: [],
    callback,
    ...rest,
  };
  return terraform.callbacks.send(request, signal);
}

async function open(listener: RequestListener): Promise<TestServer> {
  const server = await serve(listener);
  cleanups.push(() => server.close());
  return server;
}

function answerWith(status: number, document: unknown, headers: Record<string, string> = {}): RequestListener {
  return (_request, response) => response.writeHead(status, headers).end(JSON.stringify(document));
}

function encoded(encoding: string, body: Buffer): RequestListener {
  return (_request, response) => response.setHeader('Content-Encoding', encoding).end(body);
}
