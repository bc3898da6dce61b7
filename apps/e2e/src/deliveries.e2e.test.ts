import { z } from 'zod';
import { cleanUp } from './harness/cleanup.js';
import { GUARD, judgeRun, startInstallation, type Installation, type Judged } from './harness/installation.js';
import { startLoopbackServer } from './harness/loopback-server.js';
import type { Hook } from './harness/simulator-process.js';

jest.setTimeout(90_000);

let installation: Installation;
let hook: Hook;

beforeAll(async () => {
  installation = await startInstallation();
  const { api, simulator } = installation;
  hook = await api.createRunTask('acme', 'guardrails', { terraformOrigin: simulator.origin, checks: [GUARD] });
});

afterAll(cleanUp);

/** A run whose plan is blocked, and whose callbacks meet these faults, one each. */
function deliver(...callback: readonly object[]): Promise<Judged> {
  return judgeRun(installation, { ...hook, plan: 'replace', faults: { callback } });
}

/** Status of every attempt to deliver the verdict, null where no answer came. */
function attemptsOf({ detail }: Judged): readonly (number | null)[] {
  return detail.deliveries
    .filter(({ kind }) => kind === 'final')
    .flatMap(({ attempts }) => attempts.map(({ status }) => status));
}

const sent = z.object({
  data: z.object({
    attributes: z.object({ status: z.string(), message: z.string() }),
    relationships: z.unknown().optional(),
  }),
});

describe('a verdict whose callback is not taken', () => {
  it('is sent again after an error of the server and a broken connection, until it is taken', async () => {
    const judged = await deliver({ status: 503 }, { reset: true });
    expect(judged.detail).toMatchObject({ state: 'delivered', reason: null });
    expect(attemptsOf(judged)).toEqual([503, null, 200]);
    expect(judged.history.status).toBe('failed');
    const bodies = judged.history.callbacks.map(({ body }) => JSON.stringify(body));
    expect(new Set(bodies).size).toBe(1);
  });

  it('is sent again no earlier than the Retry-After of a 429 says', async () => {
    const judged = await deliver({ status: 429, headers: { 'Retry-After': '2' } });
    expect(judged.detail.state).toBe('delivered');
    expect(attemptsOf(judged)).toEqual([429, 200]);
    const [first = NaN, second = NaN] = judged.history.callbacks.map(({ at }) => Date.parse(at));
    expect(second - first).toBeGreaterThanOrEqual(2_000);
  });

  it('is sent once more, without outcomes and with a short message, after a 422', async () => {
    const judged = await deliver({ status: 422 });
    expect(judged.detail.state).toBe('delivered');
    expect(attemptsOf(judged)).toEqual([422, 200]);
    const [full, short] = judged.history.callbacks.map(({ body }) => sent.parse(body).data);
    expect(full?.relationships).toBeDefined();
    expect(short?.relationships).toBeUndefined();
    expect(short?.attributes.status).toBe('failed');
    expect(short?.attributes.message.length).toBeLessThanOrEqual(200);
  });

  it('is given up after a second 401, and a person can read why', async () => {
    const judged = await deliver({ status: 401 }, { status: 401 });
    expect(judged.detail).toMatchObject({ state: 'undeliverable', verdict: 'failed' });
    expect(judged.detail.reason).toMatch(/^Terraform refused the access token of the run \(HTTP 401/);
    expect(attemptsOf(judged)).toEqual([401, 401]);
    expect(judged.detail.timeline.at(-1)?.event).toContain('undeliverable: Terraform refused the access token');
  });

  it('never follows a redirect: the second one ends it, and nothing goes to the other host', async () => {
    const stranger = await startLoopbackServer(() => ({ status: 200, body: '{}' }));
    const redirect = { redirectTo: `${stranger.origin}/api/v2/task-results/1/callback` };
    const judged = await deliver(redirect, redirect);
    expect(judged.detail.state).toBe('undeliverable');
    expect(judged.detail.reason).toContain('answered with a redirect, which is never followed');
    expect(attemptsOf(judged)).toEqual([307, 307]);
    expect(stranger.requests).toEqual([]);
  });
});

describe('a verdict that an operator sends again', () => {
  it('arrives, although it was given up, and is sent no third time', async () => {
    const { api, simulator } = installation;
    const { detail } = await deliver({ status: 401 }, { status: 401 });
    const resend = () => api.call('POST', `/task-results/${detail.id}/resend`);
    expect(await resend()).toMatchObject({ status: 200, body: { changed: true } });
    const settled = await api.settled(detail.taskResultId);
    expect(attemptsOf({ detail: settled, history: await simulator.history(detail.taskResultId) })).toEqual([
      401, 401, 200,
    ]);
    expect(await resend()).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('Terraform has the verdict') as string },
    });
  });
});

describe('a verdict that may have been taken already', () => {
  it('is presumed delivered when the answer to it was lost and the next says that it is over', async () => {
    const judged = await deliver({ applied: true, reset: true });
    expect(attemptsOf(judged)).toEqual([null, 409]);
    expect(judged.detail.state).toBe('delivered');
    expect(judged.detail.reason).toMatch(/presumed|409|already/i);
    expect(judged.history.callbacks.filter(({ applied }) => applied)).toHaveLength(1);
  });

  it('is presumed delivered when the run was cancelled meanwhile', async () => {
    const { api, simulator } = installation;
    const faults = { archivist: [{ delayMs: 2_000 }] };
    const { taskResultId } = await simulator.start({ ...hook, plan: 'replace', faults });
    await simulator.cancel(taskResultId);
    const detail = await api.settled(taskResultId);
    const history = await simulator.history(taskResultId);
    expect(attemptsOf({ detail, history })).toEqual([409]);
    expect(detail.state).toBe('delivered');
    expect(history.status).toBe('canceled');
  });
});

describe('every delivery', () => {
  it('kept the protocol', async () => {
    expect(await installation.simulator.violations()).toEqual([]);
  });
});
