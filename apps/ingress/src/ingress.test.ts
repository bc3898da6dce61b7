import { createHmac } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { hmacKey, misreadings, type HookStore, type Log, type Suspect, type TicketKind } from '@rungate/run-task';
import { aHook, aRequestBody, HOOK_SECRET, InMemoryStore } from '@rungate/run-task/testing';
import { createMetrics, type Metrics } from '@rungate/telemetry';
import { IngressModule } from './index.js';

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Ingress {
  readonly app: NestFastifyApplication;
  readonly store: InMemoryStore;
  readonly tickets: TicketKind[];
  readonly metrics: Metrics;
}

async function startIngress(hooks?: (store: InMemoryStore) => HookStore, limit?: number): Promise<Ingress> {
  const store = new InMemoryStore(limit);
  store.addRunTask(aHook());
  const tickets: TicketKind[] = [];
  const metrics = createMetrics({ ofProcess: false });
  const module = IngressModule.register({
    ports: {
      hooks: hooks?.(store) ?? store.hooks,
      ids: store.ids,
      callbackAllowed: (url, origin) =>
        url.startsWith(`${origin}/`) ? { ok: true } : { ok: false, reason: 'The callback URL is not on the origin.' },
      openOrigins: { origins: ['https://app.terraform.io'] },
      timeScale: 1,
    },
    queue: {
      issue: (kind) => {
        tickets.push(kind);
        return Promise.resolve(true);
      },
    },
    log: silent,
    metrics,
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger: false });
  await app.init();
  return { app, store, tickets, metrics };
}

function sign(body: string | Buffer, secret = HOOK_SECRET): string {
  return createHmac('sha512', secret).update(body).digest('hex');
}

interface Sent {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

async function post(
  { app }: Ingress,
  body: string | Buffer,
  { hookId = 'hook-1', signature = sign(body) }: { hookId?: string; signature?: string | null } = {},
): Promise<Sent> {
  const headers = {
    'content-type': 'application/json',
    ...(signature === null ? {} : { 'x-tfc-task-signature': signature }),
  };
  const answer = await app.inject({ method: 'POST', url: `/hooks/${hookId}`, headers, payload: body });
  return { status: answer.statusCode, body: answer.body, headers: answer.headers };
}

describe('the webhook', () => {
  let ingress: Ingress;

  beforeEach(async () => {
    ingress = await startIngress();
  });

  afterEach(async () => {
    await ingress.app.close();
  });

  it('answers 200 with an empty object once a signed request is stored, then issues a ticket', async () => {
    const answer = await post(ingress, JSON.stringify(aRequestBody()));
    expect(answer).toMatchObject({ status: 200, body: '{}' });
    expect(ingress.store.rows.size).toBe(1);
    expect(ingress.tickets).toEqual(['evaluate']);
  });

  it('answers 200 to a duplicate and to another body for the same task result, and keeps the first', async () => {
    await post(ingress, JSON.stringify(aRequestBody()));
    expect((await post(ingress, JSON.stringify(aRequestBody()))).status).toBe(200);
    expect((await post(ingress, JSON.stringify(aRequestBody({ run_message: 'another' })))).status).toBe(200);
    expect(ingress.store.rows.size).toBe(1);
    expect(ingress.tickets).toEqual(['evaluate']);
  });

  it('answers 200 to a registration request and stores no task result', async () => {
    const answer = await post(ingress, JSON.stringify(aRequestBody({ access_token: 'test-token', stage: 'test' })));
    expect(answer).toMatchObject({ status: 200, body: '{}' });
    expect(ingress.store.rows.size).toBe(0);
    expect(ingress.store.hooks.registrations).toEqual([{ hookId: 'hook-1', keyId: 'key-1' }]);
  });

  it('answers one and the same 401 to an unknown hook, a missing, malformed or wrong signature, and a suspended organization', async () => {
    const body = JSON.stringify(aRequestBody());
    ingress.store.addRunTask(aHook({ hookId: 'suspended', suspended: true }));
    const answers = await Promise.all([
      post(ingress, body, { hookId: 'no-such-hook' }),
      post(ingress, body, { signature: null }),
      post(ingress, body, { signature: '' }),
      post(ingress, body, { signature: 'zz' }),
      post(ingress, body, { signature: sign(body, 'another key of thirty-two bytes!') }),
      post(ingress, body, { hookId: 'suspended' }),
    ]);
    for (const { status, body: text, headers } of answers) {
      expect(status).toBe(401);
      expect(text).toBe(answers[0].body);
      expect(headers['content-type']).toContain('application/problem+json');
    }
    expect(ingress.store.rows.size).toBe(0);
  });

  it('answers 401, not 400, to what is neither signed nor JSON: nothing is parsed before the signature', async () => {
    expect((await post(ingress, '{"broken', { signature: sign('something else') })).status).toBe(401);
  });

  it('verifies the bytes as they came, not as they would be written again', async () => {
    const body = JSON.stringify(aRequestBody(), null, 3).replace('"run-1"', '"run\\u002d1"');
    expect((await post(ingress, body)).status).toBe(200);
  });

  it('answers 400 to signed bytes that are not JSON, or nested too deep', async () => {
    expect((await post(ingress, '{"broken')).status).toBe(400);
    expect((await post(ingress, Buffer.from([0x22, 0xff, 0x22]))).status).toBe(400);
    expect((await post(ingress, '')).status).toBe(400);
    expect((await post(ingress, `${'['.repeat(65)}${']'.repeat(65)}`)).status).toBe(400);
  });

  it('answers 422 that names the field to signed JSON that is no run task request', async () => {
    const answer = await post(ingress, JSON.stringify(aRequestBody({ task_result_id: 5 })));
    expect(answer.status).toBe(422);
    expect(JSON.parse(answer.body)).toMatchObject({ status: 422, errors: [{ pointer: '/task_result_id' }] });
    expect(ingress.store.hooks.refusals).toMatchObject([{ reason: 'not_a_request' }]);
  });

  it('answers 422 to a callback URL off the origin, records why, and stores nothing', async () => {
    const url = 'https://evil.example/api/v2/task-results/1/callback';
    const answer = await post(ingress, JSON.stringify(aRequestBody({ task_result_callback_url: url })));
    expect(answer.status).toBe(422);
    expect(JSON.parse(answer.body)).toMatchObject({ errors: [{ pointer: '/task_result_callback_url' }] });
    expect(ingress.store.rows.size).toBe(0);
    expect(ingress.store.hooks.refusals).toMatchObject([{ reason: 'callback_off_origin' }]);
  });

  it('answers 200 when only the plan URL is off the origin', async () => {
    const body = JSON.stringify(aRequestBody({ plan_json_api_url: 'https://evil.example/plan' }));
    expect((await post(ingress, body)).status).toBe(200);
  });

  it('answers 413 to a body over 1 MB, and takes one just below', async () => {
    const big = JSON.stringify(aRequestBody({ padding: 'x'.repeat(1024 * 1024) }));
    expect((await post(ingress, big)).status).toBe(413);
    const justBelow = JSON.stringify(aRequestBody({ padding: 'x'.repeat(1000 * 1024) }));
    expect((await post(ingress, justBelow)).status).toBe(200);
  });

  it.each(['text/plain', '', ';;', 'json', 'application/json, text/html', 'application/json; charset="'])(
    'takes a body whatever its content type says: %j',
    async (contentType) => {
      const body = JSON.stringify(aRequestBody());
      const headers = { 'content-type': contentType, 'x-tfc-task-signature': sign(body) };
      const answer = await ingress.app.inject({ method: 'POST', url: '/hooks/hook-1', headers, payload: body });
      expect(answer.statusCode).toBe(200);
    },
  );
});

describe('a signature that is refused', () => {
  const suspect = (secret: string): Suspect => ({
    isOwn: true,
    runTask: 'guard',
    fingerprint: 'ab12cd34',
    revokedAt: null,
    key: hmacKey('key-1', secret),
    misread: misreadings('key-1', secret),
  });

  it('is looked into after the same 401: once a minute for a hook, and only for a hook that exists', async () => {
    const ingress = await startIngress();
    ingress.store.hooks.suspects.set('hook-1', [suspect(HOOK_SECRET)]);
    const body = JSON.stringify(aRequestBody());
    const wrong = { signature: sign(body, `${HOOK_SECRET}\n`) };
    const answers = [
      await post(ingress, body, wrong),
      await post(ingress, body, wrong),
      await post(ingress, body, { ...wrong, hookId: 'nobody' }),
    ];
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.body}`)).size).toBe(1);
    expect(ingress.store.hooks.badSignatures).toEqual([
      { hookId: 'hook-1', cause: 'key_with_blanks', detail: expect.any(String) as string, count: 1 },
    ]);
    await ingress.app.close();
  });

  it('is told of when there is none at all', async () => {
    const ingress = await startIngress();
    expect((await post(ingress, '{}', { signature: null })).status).toBe(401);
    expect(ingress.store.hooks.badSignatures).toMatchObject([{ cause: 'unsigned' }]);
    await ingress.app.close();
  });

  it('is answered also when nobody can look into it', async () => {
    const ingress = await startIngress((store) =>
      broken(store, { findSuspects: () => Promise.reject(new Error('no database')) }),
    );
    expect((await post(ingress, '{}', { signature: sign('other') })).status).toBe(401);
    await ingress.app.close();
  });
});

/** The in-memory store with some of its methods replaced. */
function broken({ hooks }: InMemoryStore, replaced: Partial<HookStore>): HookStore {
  return {
    rememberedHook: (hookId) => hooks.rememberedHook(hookId),
    findHook: (hookId) => hooks.findHook(hookId),
    recordTaskResult: (taskResult) => hooks.recordTaskResult(taskResult),
    noteRegistration: (hook, keyId) => hooks.noteRegistration(hook, keyId),
    noteRefusal: (hook, refusal) => hooks.noteRefusal(hook, refusal),
    findSuspects: (hookId) => hooks.findSuspects(hookId),
    noteBadSignature: (hook, diagnosis, count) => hooks.noteBadSignature(hook, diagnosis, count),
    ...replaced,
  };
}

describe('the webhook when nothing can be stored', () => {
  it.each<[string, (store: InMemoryStore) => HookStore]>([
    ['the store refuses', (store) => broken(store, { findHook: () => Promise.reject(new Error('away')) })],
    ['no commit comes within 2 s', (store) => broken(store, { recordTaskResult: () => new Promise(() => undefined) })],
  ])('answers 503 with Retry-After when %s', async (_case, hooks) => {
    const ingress = await startIngress(hooks);
    const answer = await post(ingress, JSON.stringify(aRequestBody()));
    await ingress.app.close();
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(ingress.tickets).toEqual([]);
  });

  it('answers 503 with Retry-After when the organization is over its limit', async () => {
    const ingress = await startIngress(undefined, 1);
    await post(ingress, JSON.stringify(aRequestBody()));
    const answer = await post(ingress, JSON.stringify(aRequestBody({ task_result_id: 'taskrs-2' })));
    await ingress.app.close();
    expect(answer.status).toBe(503);
  });
});

describe('a request that is not read', () => {
  /** Sends what is signed for nothing, and counts the answers. */
  async function flood(ingress: Ingress, times: number, hookId: string): Promise<readonly number[]> {
    const answers = await Promise.all(
      Array.from({ length: times }, () => post(ingress, '{}', { hookId, signature: sign('something else') })),
    );
    return answers.map(({ status }) => status);
  }

  it('is answered as the ones that were read: who is refused often is refused unread', async () => {
    let looks = 0;
    const ingress = await startIngress((store) =>
      broken(store, {
        findHook: (hookId) => {
          looks += 1;
          return store.hooks.findHook(hookId);
        },
      }),
    );
    await flood(ingress, 60, 'nobody');
    const [before] = await Promise.all([post(ingress, '{}', { hookId: 'other', signature: sign('else') })]);
    const looked = looks;
    const after = await post(ingress, '{}', { hookId: 'nobody', signature: sign('else') });
    expect({ ...after, headers: null }).toEqual({ ...before, headers: null });
    expect(looks).toBe(looked);
    expect(await ingress.metrics.text()).toContain('rungate_refusals_total{reason="spent"} 1\n');
    await ingress.app.close();
  });

  it('is never that of a sender whose signature was valid at the hook, whatever else came from there', async () => {
    const ingress = await startIngress();
    await post(ingress, JSON.stringify(aRequestBody()));
    await flood(ingress, 100, 'hook-1');
    await flood(ingress, 700, 'nobody');
    const answer = await post(ingress, JSON.stringify(aRequestBody({ task_result_id: 'taskrs-2' })));
    expect(answer.status).toBe(200);
    await ingress.app.close();
  });

  it('is one of a hook that was just made as soon as it is there: a missing hook is never remembered', async () => {
    const ingress = await startIngress();
    await flood(ingress, 10, 'hook-new');
    ingress.store.addRunTask(aHook({ hookId: 'hook-new' }));
    const body = JSON.stringify(aRequestBody());
    expect((await post(ingress, body, { hookId: 'hook-new' })).status).toBe(200);
    await ingress.app.close();
  });

  it('is answered 503 while the store is away, and read again once it is back', async () => {
    let away = true;
    const ingress = await startIngress((store) =>
      broken(store, {
        findHook: (hookId) => (away ? Promise.reject(new Error('away')) : store.hooks.findHook(hookId)),
      }),
    );
    const body = JSON.stringify(aRequestBody());
    for (let i = 0; i < 20; i++) expect((await post(ingress, body)).status).toBe(503);
    expect(await ingress.metrics.text()).toMatch(/rungate_shed_total\{cause="store"\} [1-9]/);
    away = false;
    let answer = await post(ingress, body);
    while (answer.status !== 200) answer = await post(ingress, body);
    expect(answer.status).toBe(200);
    await ingress.app.close();
  });

  it('tells in numbers what became of requests', async () => {
    const ingress = await startIngress();
    await post(ingress, JSON.stringify(aRequestBody()));
    await post(ingress, JSON.stringify(aRequestBody()));
    await post(ingress, JSON.stringify(aRequestBody()), { signature: null });
    await post(ingress, '{"broken');
    const text = await ingress.metrics.text();
    for (const answer of ['recorded', 'duplicate', 'unauthorized', 'refused']) {
      expect(text).toContain(`rungate_accepts_total{answer="${answer}"} 1\n`);
    }
    expect(text).toContain('rungate_refusals_total{reason="unsigned"} 1\n');
    expect(text).toContain('rungate_refusals_total{reason="not_json"} 1\n');
    expect(text).toContain('rungate_accept_seconds_count 3\n');
    expect(text).toContain('rungate_bodies_bytes 0\n');
    await ingress.app.close();
  });
});
