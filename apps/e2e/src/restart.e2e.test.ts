import { z } from 'zod';
import { Api, type TaskResultDetail } from './harness/api.js';
import { cleanUp } from './harness/cleanup.js';
import { freePort, newDirectory } from './harness/checkout.js';
import { dumpAllTables, postmasterPid, queryAsSuperuser } from './harness/embedded-database.js';
import { GUARD } from './harness/installation.js';
import { descendantsOf, isRunning } from './harness/process-tree.js';
import { recordHook, type RecordingHook } from './harness/recording-hook.js';
import { startRungate, type Rungate } from './harness/rungate-process.js';
import { startSimulator, type History, type Simulator } from './harness/simulator-process.js';
import { until } from './harness/until.js';

jest.setTimeout(120_000);

/** Longer than a request takes to arrive, shorter than the patience of a test. */
const PATIENCE_MS = 30_000;
/** Seconds: a kill and a start fit in between. */
const RETRY_AFTER = '6';

let dataDir: string;
let env: NodeJS.ProcessEnv;
let rungate: Rungate;
let simulator: Simulator;
let api: Api;
let hook: RecordingHook;

/** The address stays the same over restarts, as that of an installation does. */
beforeAll(async () => {
  dataDir = newDirectory();
  env = { RUNGATE_LISTEN: `127.0.0.1:${await freePort()}` };
  [rungate, simulator] = await Promise.all([startRungate({ dataDir, env }), startSimulator()]);
  api = new Api(rungate);
  const desired = { terraformOrigin: simulator.origin, checks: [GUARD] };
  hook = await recordHook(await api.createRunTask('acme', 'guardrails', desired));
});

afterAll(cleanUp);

async function start(faults: object): Promise<string> {
  const { hookUrl, hmacKey } = hook;
  const { taskResultId, accepted } = await simulator.start({ hookUrl, hmacKey, plan: 'replace', faults });
  expect(accepted).toBe(true);
  return taskResultId;
}

/** A run whose plan hangs, once its download has begun. */
async function startHanging(): Promise<string> {
  const taskResultId = await start({ archivist: [{ hang: true }] });
  await historyWith(taskResultId, ({ downloads }) => downloads.some(({ endpoint }) => endpoint === 'archivist'));
  return taskResultId;
}

/** A run whose verdict was refused, and waits to be sent again. */
async function startThrottled(): Promise<string> {
  const taskResultId = await start({ callback: [{ status: 429, headers: { 'retry-after': RETRY_AFTER } }] });
  await historyWith(taskResultId, ({ callbacks }) => callbacks.some(({ answered }) => answered === 429));
  return taskResultId;
}

async function historyWith(taskResultId: string, holds: (history: History) => boolean): Promise<void> {
  await until('something to happen to the run', PATIENCE_MS, async () =>
    holds(await simulator.history(taskResultId)) ? true : null,
  );
}

async function expectOneVerdict(taskResultId: string): Promise<TaskResultDetail> {
  const detail = await api.settled(taskResultId);
  expect(detail).toMatchObject({ state: 'delivered', verdict: 'failed', reason: null });
  const { status, callbacks } = await simulator.history(taskResultId);
  expect(status).toBe('failed');
  expect(callbacks.filter(({ applied, status: sent }) => applied && sent !== 'running')).toHaveLength(1);
  return detail;
}

const grants = z.array(z.object({ task_result_id: z.string(), erased: z.boolean() }));

/** Whether the grant of each task result is erased, by the caller's id. */
async function erasures(): Promise<Readonly<Record<string, boolean>>> {
  const [found] = z
    .array(z.object({ name: z.string() }))
    .parse(
      await queryAsSuperuser(
        dataDir,
        `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE tablename = 'task_results'`,
      ),
    );
  const rows = await queryAsSuperuser(
    dataDir,
    `SELECT task_result_id, sealed_grant IS NULL AS erased FROM ${found?.name ?? 'task_results'}`,
  );
  return Object.fromEntries(grants.parse(rows).map(({ task_result_id: id, erased }) => [id, erased]));
}

/** Secrets that a dump of every table shows, as text or as the hex of a `bytea`. */
async function secretsInDatabase(): Promise<readonly string[]> {
  const dump = await dumpAllTables(dataDir);
  expect(dump).toContain('task_results');
  expect(dump).toContain('guardrails');
  const secrets = [hook.hmacKey, ...hook.secrets()];
  expect(secrets.length).toBeGreaterThan(2);
  return secrets.filter((secret) => dump.includes(secret) || dump.includes(Buffer.from(secret).toString('hex')));
}

describe('after kill -9 of everything but the database', () => {
  let hanging: string;
  let throttled: string;

  beforeAll(async () => {
    [hanging, throttled] = await Promise.all([startHanging(), startThrottled()]);
    expect(await erasures()).toMatchObject({ [hanging]: false, [throttled]: false });
    expect(await secretsInDatabase()).toEqual([]);
    expect(await rungate.child.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    rungate = await startRungate({ dataDir, env });
  });

  it('delivers the verdict that waited to be sent again', async () => {
    const { deliveries } = await expectOneVerdict(throttled);
    expect(deliveries.flatMap(({ attempts }) => attempts.map(({ status }) => status))).toEqual([429, 200]);
  });

  it('judges the run whose plan hung', async () => {
    const { checks } = await expectOneVerdict(hanging);
    expect(checks).toMatchObject([{ name: 'guard', status: 'failed' }]);
  });
});

describe('after kill -9 of everything, the database included', () => {
  let throttled: string;

  beforeAll(async () => {
    throttled = await startThrottled();
    // An earlier start may have begun it, so it need not descend from this platform.
    const postmaster = postmasterPid(dataDir);
    const database = descendantsOf(postmaster);
    expect(database).not.toEqual([]);
    process.kill(postmaster, 'SIGKILL');
    await rungate.child.stop('SIGKILL');
    await until('the database to end', PATIENCE_MS, () => (database.some(isRunning) ? null : true));
    expect(await rungate.child.leftovers()).toEqual([]);
    rungate = await startRungate({ dataDir, env });
  });

  it('delivers the verdict that was written before', async () => {
    await expectOneVerdict(throttled);
  });
});

describe('after an orderly stop with work in flight', () => {
  let hanging: string;
  let throttled: string;

  beforeAll(async () => {
    [hanging, throttled] = await Promise.all([startHanging(), startThrottled()]);
    expect(await rungate.child.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(await rungate.child.leftovers()).toEqual([]);
    rungate = await startRungate({ dataDir, env });
  });

  it('judges and delivers everything', async () => {
    await expectOneVerdict(hanging);
    await expectOneVerdict(throttled);
  });
});

describe('when everything is delivered', () => {
  it('every access token is erased', async () => {
    const erased = Object.values(await erasures());
    expect(erased.length).toBeGreaterThanOrEqual(5);
    expect(new Set(erased)).toEqual(new Set([true]));
  });

  it('no token, callback URL or key stands in any table', async () => {
    expect(await secretsInDatabase()).toEqual([]);
  });

  it('nobody was told two verdicts, or progress after one', async () => {
    expect(await simulator.violations()).toEqual([]);
  });
});
