import { describeWithRedis } from '@rungate/queue/testing';
import { aRequestBody } from '@rungate/run-task/testing';
import { freePort } from './harness/checkout.js';
import { cleanUp } from './harness/cleanup.js';
import { postSigned } from './harness/hook-request.js';
import { GUARD, judgeRun, SUMMARY, startInstallation, type Installation } from './harness/installation.js';
import { startLoopbackServer } from './harness/loopback-server.js';
import { REDIS_PASSWORD, startRedis, type SharedRedis } from './harness/redis.js';
import type { Hook } from './harness/simulator-process.js';
import { until } from './harness/until.js';

jest.setTimeout(120_000);

const PATIENCE_MS = 30_000;
const REFUSED = { status: 503 };

afterAll(cleanUp);

async function createGuard({ api, simulator }: Installation): Promise<Hook> {
  return api.createRunTask('acme', 'guardrails', { terraformOrigin: simulator.origin, checks: [GUARD] });
}

/** A request whose checks need no plan, with its callback at that origin. */
function requestTo(origin: string, id: string): Record<string, unknown> {
  return aRequestBody({
    stage: 'pre_plan',
    task_result_id: id,
    task_result_callback_url: `${origin}/api/v2/task-results/${id}/callback`,
    plan_json_api_url: undefined,
    configuration_version_download_url: undefined,
  });
}

describeWithRedis('with the queue in Redis', () => {
  let redis: SharedRedis;
  let installation: Installation;
  let hook: Hook;

  beforeAll(async () => {
    redis = await startRedis();
    installation = await startInstallation({ env: { REDIS_URL: redis.url } });
    hook = await createGuard(installation);
  });

  /** Begins runs whose plan comes late and whose verdict is refused once. */
  async function startRuns(count: number): Promise<readonly string[]> {
    const faults = { archivist: [{ delayMs: 500 }], callback: [REFUSED] };
    const begun = await Promise.all(
      Array.from({ length: count }, () => installation.simulator.start({ ...hook, plan: 'replace', faults })),
    );
    expect(begun.map(({ accepted }) => accepted)).not.toContain(false);
    return begun.map(({ taskResultId }) => taskResultId);
  }

  async function expectOneVerdictEach(taskResultIds: readonly string[]): Promise<void> {
    for (const id of taskResultIds) {
      expect(await installation.api.settled(id)).toMatchObject({ state: 'delivered', verdict: 'failed' });
      const { callbacks } = await installation.simulator.history(id);
      expect(callbacks.filter(({ applied, status }) => applied && status !== 'running')).toHaveLength(1);
    }
  }

  async function readiness(): Promise<{ status: number; queue: string | undefined }> {
    const answer = await fetch(`${installation.rungate.url}/readyz`);
    const { checks } = (await answer.json()) as { checks: { name: string; status: string }[] };
    return { status: answer.status, queue: checks.find(({ name }) => name === 'queue')?.status };
  }

  it('judges a run, and its tickets pass through Redis', async () => {
    const { history, detail } = await judgeRun(installation, { ...hook, plan: 'replace' });
    expect(detail).toMatchObject({ state: 'delivered', verdict: 'failed' });
    expect(history.status).toBe('failed');
    expect(installation.rungate.child.stderr).toContain('"moment":"queue on Redis"');
    expect(await redis.client.keys('{rungate-evaluate}:evaluate:*')).toContain('{rungate-evaluate}:evaluate:meta');
    expect(await readiness()).toEqual({ status: 200, queue: 'OK' });
  });

  it('answers a hundred identical requests with one task result and one verdict', async () => {
    const terraform = await startLoopbackServer(() => ({ status: 200, body: '{}' }));
    const desired = { terraformOrigin: terraform.origin, checks: [SUMMARY] };
    const same = await installation.api.createRunTask('acme', 'same', desired);
    const body = JSON.stringify(requestTo(terraform.origin, 'taskrs-hundred'));
    const answers = await Promise.all(Array.from({ length: 100 }, () => postSigned(same, body)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 200));
    await installation.api.settled('taskrs-hundred');
    expect(await installation.api.idsOf('taskrs-hundred')).toHaveLength(1);
    expect(terraform.requests).toHaveLength(1);
  });

  it('decides and delivers everything when Redis is wiped again and again', async () => {
    const runs = startRuns(10);
    const wiping = setInterval(() => void redis.client.flushall(), 100);
    await expectOneVerdictEach(await runs).finally(() => {
      clearInterval(wiping);
    });
  });

  it('accepts, decides and delivers while Redis is away, says so, and uses it again afterwards', async () => {
    const before = await startRuns(3);
    await redis.server.kill();
    const meanwhile = await startRuns(3);
    await expectOneVerdictEach([...before, ...meanwhile]);
    expect(await readiness()).toEqual({ status: 200, queue: 'AWAY' });

    await redis.server.start();
    await until('the queue to be used again', PATIENCE_MS, async () =>
      (await readiness()).queue === 'OK' && installation.rungate.child.stderr.includes('"moment":"queue back"')
        ? true
        : null,
    );
    await expectOneVerdictEach(await startRuns(1));
  });

  it('decides and delivers while Redis accepts and never answers', async () => {
    process.kill(redis.server.pid, 'SIGSTOP');
    await expectOneVerdictEach(await startRuns(3)).finally(() => {
      process.kill(redis.server.pid, 'SIGCONT');
    });
  });

  it('calls nobody back at the address of Redis, whatever a request says', async () => {
    const origin = `http://127.0.0.1:${redis.server.port}`;
    const trap = await installation.api.createRunTask('acme', 'trap', { terraformOrigin: origin, checks: [GUARD] });
    expect((await postSigned(trap, JSON.stringify(requestTo(origin, 'taskrs-trap')))).status).toBe(200);
    const { state, reason } = await installation.api.settled('taskrs-trap');
    expect({ state, reason }).toEqual({
      state: 'undeliverable',
      reason: expect.stringContaining("one of Rungate's own services") as string,
    });
  });

  it('kept the protocol, and said the password to nobody', async () => {
    expect(await installation.simulator.violations()).toEqual([]);
    expect(installation.rungate.child.stderr).not.toContain(REDIS_PASSWORD);
  });

  it('ends in order', async () => {
    expect(await installation.rungate.child.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});

it('starts without the Redis of REDIS_URL, says what to do, and judges a run', async () => {
  const port = await freePort();
  const installation = await startInstallation({ env: { REDIS_URL: `redis://:${REDIS_PASSWORD}@127.0.0.1:${port}` } });
  const { detail } = await judgeRun(installation, { ...(await createGuard(installation)), plan: 'replace' });
  expect(detail).toMatchObject({ state: 'delivered', verdict: 'failed' });
  const { stderr } = installation.rungate.child;
  expect(stderr).toContain(`"at":"127.0.0.1:${port}"`);
  expect(stderr).toContain('start Redis there, or correct REDIS_URL');
  expect(stderr).not.toContain(REDIS_PASSWORD);
});
