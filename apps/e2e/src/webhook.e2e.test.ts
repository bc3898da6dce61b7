import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { aRequestBody } from '@rungate/run-task/testing';
import { cleanUp } from './harness/cleanup.js';
import { post, postSigned, sendSigned, signatureOf, type HookAnswer } from './harness/hook-request.js';
import { SUMMARY, startInstallation, type Installation } from './harness/installation.js';
import { startLoopbackServer, type LoopbackServer } from './harness/loopback-server.js';
import type { Hook } from './harness/simulator-process.js';
import { until } from './harness/until.js';

jest.setTimeout(90_000);

const MEGABYTE = 1024 * 1024;

let installation: Installation;
/** A Terraform that takes every callback. */
let terraform: LoopbackServer;
let hook: Hook;

beforeAll(async () => {
  installation = await startInstallation();
  terraform = await startLoopbackServer(() => ({ status: 200, body: '{}' }));
  hook = await createHook('acme', 'guardrails');
});

afterAll(cleanUp);

/** Its check needs no plan before the plan, so that every request is judged at once. */
function createHook(organization: string, name: string): Promise<Hook> {
  const desired = { terraformOrigin: terraform.origin, checks: [SUMMARY] };
  return installation.api.createRunTask(organization, name, desired);
}

/** A request of this Terraform; its task result id is also the one in its callback URL. */
function requestOf(id: string, changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return aRequestBody({
    stage: 'pre_plan',
    task_result_id: id,
    task_result_callback_url: callbackUrlOf(id),
    plan_json_api_url: undefined,
    configuration_version_download_url: undefined,
    ...changes,
  });
}

function callbackUrlOf(id: string): string {
  return `${terraform.origin}/api/v2/task-results/${id}/callback`;
}

function callbacksOf(id: string): number {
  return terraform.requests.filter(({ path }) => path.includes(`/${id}/`)).length;
}

const problem = z.object({ status: z.number(), errors: z.array(z.object({ pointer: z.string() })).optional() });

function problemOf({ status, headers, body }: HookAnswer): z.infer<typeof problem> {
  expect(headers['content-type']).toContain('application/problem+json');
  const said = problem.parse(JSON.parse(body));
  expect(said.status).toBe(status);
  return said;
}

describe('the webhook answers 200 with an empty object', () => {
  it('to a signed request, stores it, and calls back once', async () => {
    const answer = await sendSigned(hook, JSON.stringify(requestOf('taskrs-first')));
    expect(answer).toMatchObject({ status: 200, body: '{}' });
    const { state, verdict } = await installation.api.settled('taskrs-first');
    expect({ state, verdict }).toEqual({ state: 'delivered', verdict: 'passed' });
    expect(callbacksOf('taskrs-first')).toBe(1);
  });

  it('to a hundred identical requests at once, none of them told to come again, and judges one', async () => {
    const body = JSON.stringify(requestOf('taskrs-hundred'));
    const answers = await Promise.all(Array.from({ length: 100 }, () => postSigned(hook, body)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 200));
    const { state, verdict, deliveries } = await installation.api.settled('taskrs-hundred');
    expect({ state, verdict }).toEqual({ state: 'delivered', verdict: 'passed' });
    expect(deliveries.filter(({ kind }) => kind === 'final')).toHaveLength(1);
    expect(await installation.api.idsOf('taskrs-hundred')).toHaveLength(1);
    expect(callbacksOf('taskrs-hundred')).toBe(1);
  });

  it('to another body for the same task result, and keeps the first', async () => {
    await sendSigned(hook, JSON.stringify(requestOf('taskrs-twice', { workspace_name: 'first' })));
    const again = await sendSigned(hook, JSON.stringify(requestOf('taskrs-twice', { workspace_name: 'second' })));
    expect(again.status).toBe(200);
    expect((await installation.api.settled('taskrs-twice')).workspaceName).toBe('first');
  });

  it('to a body that comes in chunks, without its length', async () => {
    const body = JSON.stringify(requestOf('taskrs-chunked'));
    expect((await sendSigned(hook, body, { 'transfer-encoding': 'chunked' })).status).toBe(200);
    expect((await installation.api.settled('taskrs-chunked')).verdict).toBe('passed');
  });

  it('to half a surrogate pair, which is stored as a replacement character', async () => {
    const body = JSON.stringify(requestOf('taskrs-surrogate', { workspace_name: 'half' })).replace('half', '\\ud800x');
    expect((await sendSigned(hook, body)).status).toBe(200);
    expect((await installation.api.settled('taskrs-surrogate')).workspaceName).toBe('\uFFFDx');
  });

  it('to a plan URL off the origin: the verdict will say so', async () => {
    const fields = { stage: 'post_plan', plan_json_api_url: 'https://elsewhere.example/api/v2/plans/1/json-output' };
    expect((await sendSigned(hook, JSON.stringify(requestOf('taskrs-plan-off', fields)))).status).toBe(200);
    const { checks } = await installation.api.settled('taskrs-plan-off');
    expect(checks.map(({ status }) => status)).toEqual(['errored']);
    expect(checks[0]?.message).toContain('The plan URL of the request');
  });

  it('to the request that is sent when a run task is created, and calls nobody back', async () => {
    const created = await createHook('acme', 'fresh');
    expect(await stateOf('fresh')).toBe('created');
    expect(await installation.simulator.register(created)).toMatchObject({ accepted: true, status: 200 });
    expect(await stateOf('fresh')).toBe('verified');
    expect(await installation.simulator.violations()).toEqual([]);
    expect(await installation.api.idsOf('taskrs-xxxxxxxxxxxxxxxx')).toEqual([]);
  });
});

describe('the webhook answers one and the same 401', () => {
  let reference: HookAnswer;

  beforeAll(async () => {
    reference = await sendSigned({ ...hook, hmacKey: 'x'.repeat(40) }, JSON.stringify(requestOf('taskrs-401')));
  });

  afterAll(async () => {
    expect(await installation.api.idsOf('taskrs-401')).toEqual([]);
  });

  const expectUnauthorized = (answer: HookAnswer): void => {
    expect(answer.status).toBe(401);
    expect({ body: answer.body, type: answer.headers['content-type'] }).toEqual({
      body: reference.body,
      type: reference.headers['content-type'],
    });
  };

  it('to a wrong signature', () => {
    expectUnauthorized(reference);
    problemOf(reference);
  });

  it('to an unknown hook', async () => {
    const unknown = { ...hook, hookUrl: `${installation.rungate.url}/hooks/no-such-hook` };
    expectUnauthorized(await sendSigned(unknown, JSON.stringify(requestOf('taskrs-401'))));
  });

  it('to no signature', async () => {
    const body = Buffer.from(JSON.stringify(requestOf('taskrs-401')));
    expectUnauthorized(await post({ url: hook.hookUrl, body, headers: { 'content-type': 'application/json' } }));
  });

  it('to the signature of one run task on the hook of another', async () => {
    const other = await createHook('globex', 'guardrails');
    expectUnauthorized(await sendSigned({ ...other, hmacKey: hook.hmacKey }, JSON.stringify(requestOf('taskrs-401'))));
  });

  it('to what is neither signed nor JSON', async () => {
    expectUnauthorized(await sendSigned({ ...hook, hmacKey: 'x'.repeat(40) }, '{"broken'));
  });

  it('while the organization is suspended, and 200 again once it is resumed', async () => {
    const body = JSON.stringify(requestOf('taskrs-suspended'));
    const other = await createHook('initech', 'guardrails');
    expect((await installation.api.call('DELETE', '/organizations/initech')).status).toBe(200);
    expectUnauthorized(await sendSigned(other, body));
    expect((await installation.api.call('POST', '/organizations/initech/resume')).status).toBe(200);
    // Ingress may remember for up to 2 s that it was suspended.
    const answer = await until('the hook to be served again', 10_000, async () => {
      const tried = await sendSigned(other, body);
      return tried.status === 401 ? null : tried;
    });
    expect(answer.status).toBe(200);
  });
});

describe('the webhook answers 422 that names the field', () => {
  it('to signed JSON that is no run task request', async () => {
    const body = JSON.stringify({ ...requestOf('taskrs-422'), task_result_id: 5 });
    const answer = await sendSigned(hook, body);
    expect(answer.status).toBe(422);
    expect(problemOf(answer).errors?.[0]?.pointer).toBe('/task_result_id');
  });

  it.each([
    ['another host', 'https://elsewhere.example/api/v2/task-results/1/callback'],
    ['another port', 'http://127.0.0.1:1/api/v2/task-results/1/callback'],
    ['a metadata service', 'http://169.254.169.254/api/v2/task-results/1/callback'],
  ])('to a callback URL on %s, and sends nothing there', async (_where, url) => {
    const answer = await sendSigned(hook, JSON.stringify(requestOf('taskrs-422', { task_result_callback_url: url })));
    expect(answer.status).toBe(422);
    expect(problemOf(answer).errors?.[0]?.pointer).toBe('/task_result_callback_url');
    expect(await installation.api.idsOf('taskrs-422')).toEqual([]);
  });

  it('to a callback URL that is named twice, good and then bad: the one that counts is the one that is judged', async () => {
    const elsewhere = JSON.stringify('https://elsewhere.example/api/v2/task-results/1/callback');
    const body = JSON.stringify(requestOf('taskrs-422')).replace(/}$/, `,"task_result_callback_url":${elsewhere}}`);
    expect((await sendSigned(hook, body)).status).toBe(422);
    expect(await installation.api.idsOf('taskrs-422')).toEqual([]);
  });
});

describe('the webhook answers 400 to signed bytes', () => {
  it.each<[string, () => string | Uint8Array]>([
    ['that are not JSON', () => '{"broken'],
    ['that are nothing', () => ''],
    ['that hold NaN', () => JSON.stringify(requestOf('taskrs-400')).replace('"taskrs-400"', 'NaN')],
    ['that are not UTF-8', () => Buffer.from([0x22, 0xff, 0x22])],
    ['that are nested 100,000 deep', () => '['.repeat(100_000) + ']'.repeat(100_000)],
  ])('%s', async (_case, body) => {
    const answer = await sendSigned(hook, body());
    expect(answer.status).toBe(400);
    problemOf(answer);
  });

  it('that are a gzip bomb: nothing is inflated', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * MEGABYTE, ' '), { level: 1 });
    expect(bomb.byteLength).toBeLessThan(MEGABYTE);
    expect((await sendSigned(hook, bomb, { 'content-encoding': 'gzip' })).status).toBe(400);
  });
});

describe('the webhook answers 413', () => {
  const tooLarge = (): string => JSON.stringify(requestOf('taskrs-413', { padding: 'x'.repeat(2 * MEGABYTE) }));

  it.each([
    ['to a body of 2 MB', {}],
    ['to a body of 2 MB in chunks', { 'transfer-encoding': 'chunked' }],
  ])('%s', async (_case, headers) => {
    const answer = await sendSigned(hook, tooLarge(), headers);
    expect(answer.status).toBe(413);
    problemOf(answer);
    expect(await installation.api.idsOf('taskrs-413')).toEqual([]);
  });
});

describe('the webhook answers 503 with Retry-After', () => {
  it('while nothing can be stored, and 200 to the same request afterwards', async () => {
    const body = JSON.stringify(requestOf('taskrs-503'));
    const database = installation.rungate.child.descendants().filter(({ name }) => name === 'postgres');
    expect(database.length).toBeGreaterThan(3);
    const signalAll = (signal: NodeJS.Signals): void => {
      for (const { pid } of database) process.kill(pid, signal);
    };
    signalAll('SIGSTOP');
    try {
      const [answer, ready] = await Promise.all([postSigned(hook, body), fetch(`${installation.rungate.url}/readyz`)]);
      expect(answer.status).toBe(503);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      problemOf(answer);
      expect(ready.status).toBe(503);
    } finally {
      signalAll('SIGCONT');
    }
    expect((await fetch(`${installation.rungate.url}/healthz`)).status).toBe(200);
    expect((await sendSigned(hook, body)).status).toBe(200);
    expect((await installation.api.settled('taskrs-503')).verdict).toBe('passed');
    expect(callbacksOf('taskrs-503')).toBe(1);
  });
});

async function stateOf(name: string): Promise<string> {
  const { body } = await installation.api.call('GET', `/organizations/acme/run-tasks/${name}`);
  return z.object({ state: z.string() }).parse(body).state;
}

it('signs as HashiCorp documents: the tests above are not only consistent with themselves', () => {
  // HMAC-SHA512 of "" under the key "key", as any other implementation computes it.
  expect(signatureOf('', 'key')).toBe(
    '84fa5aa0279bbc473267d05a53ea03310a987cecc4c1535ff29b6d76b8f1444a728df3aadb89d4a9a6709e1998f373566e8f824a8ca93b1821f0b69bc2a2f65e',
  );
});
