import { Api } from './harness/api.js';
import { cleanUp } from './harness/cleanup.js';
import { freePort, newDirectory } from './harness/checkout.js';
import { postmasterPid } from './harness/embedded-database.js';
import { GUARD } from './harness/installation.js';
import { isRunning, descendantsOf } from './harness/process-tree.js';
import { startRungate, type Rungate } from './harness/rungate-process.js';
import { startSimulator, type Simulator } from './harness/simulator-process.js';
import { until } from './harness/until.js';

jest.setTimeout(120_000);

const RUNS = 10;
const PATIENCE_MS = 30_000;

let dataDir: string;
let env: NodeJS.ProcessEnv;
let rungate: Rungate;
let simulator: Simulator;

beforeAll(async () => {
  dataDir = newDirectory();
  env = { RUNGATE_LISTEN: `127.0.0.1:${await freePort()}`, RUNGATE_CONCURRENCY: String(RUNS) };
  [rungate, simulator] = await Promise.all([startRungate({ dataDir, env }), startSimulator()]);
});

afterAll(cleanUp);

/** The platform, its runner and checks, and the database: at once, with no chance to say anything. */
async function killEverything(): Promise<void> {
  const postmaster = postmasterPid(dataDir);
  const database = descendantsOf(postmaster);
  process.kill(postmaster, 'SIGKILL');
  await rungate.child.stop('SIGKILL');
  await until('every process to end', PATIENCE_MS, () =>
    [...database, ...rungate.child.descendants()].some(isRunning) ? null : true,
  );
}

it('gives each of ten task results in flight exactly one verdict after everything was killed', async () => {
  const desired = { terraformOrigin: simulator.origin, checks: [GUARD] };
  // Of two organizations: one alone may not have as many downloads at once.
  const hooks = [
    await new Api(rungate).createRunTask('acme', 'guardrails', desired),
    await new Api(rungate).createRunTask('globex', 'guardrails', desired),
  ];
  const started = await Promise.all(
    Array.from({ length: RUNS / hooks.length }, () => hooks)
      .flat()
      .map((hook) => simulator.start({ ...hook, plan: 'replace', faults: { archivist: [{ hang: true }] } })),
  );
  await until('ten downloads to hang', PATIENCE_MS, async () => {
    const histories = await Promise.all(started.map(({ taskResultId }) => simulator.history(taskResultId)));
    return histories.every(({ downloads }) => downloads.some(({ endpoint }) => endpoint === 'archivist')) ? true : null;
  });
  await killEverything();
  rungate = await startRungate({ dataDir, env });
  const api = new Api(rungate);
  for (const { taskResultId } of started) {
    expect(await api.settled(taskResultId)).toMatchObject({ state: 'delivered', verdict: 'failed', reason: null });
    const { status, callbacks } = await simulator.history(taskResultId);
    expect(status).toBe('failed');
    expect(callbacks.filter(({ applied, status: sent }) => applied && sent !== 'running')).toHaveLength(1);
  }
  expect(await simulator.violations()).toEqual([]);
});
