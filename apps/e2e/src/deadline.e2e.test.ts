import { cleanUp } from './harness/cleanup.js';
import { GUARD, startInstallation, type Installation, type Judged } from './harness/installation.js';
import type { Hook } from './harness/simulator-process.js';

jest.setTimeout(90_000);

/** 10 minutes become 20 s, and the reserve before a deadline 2.5 s. */
const TIME_SCALE = 1 / 30;

let installation: Installation;
let hung: Promise<Judged>;
let slow: Promise<Judged>;

/** Both wait for most of their time, so they wait at once. */
beforeAll(async () => {
  installation = await startInstallation({ env: { RUNGATE_TIME_SCALE: String(TIME_SCALE) } });
  hung = judge('fixed', { archivist: [{ hang: true }] });
  slow = judge('rolling', { archivist: [{ delayMs: 25_000 }] });
  await Promise.allSettled([hung, slow]);
});

afterAll(cleanUp);

async function judge(deadlineProfile: 'fixed' | 'rolling', faults: object): Promise<Judged> {
  const { api, simulator } = installation;
  const hook: Hook = await api.createRunTask('acme', deadlineProfile, {
    terraformOrigin: simulator.origin,
    deadlineProfile,
    checks: [GUARD],
  });
  const run = { ...hook, plan: 'replace', deadlineProfile, timeScale: TIME_SCALE, faults };
  const { taskResultId } = await simulator.start(run);
  const detail = await api.settled(taskResultId);
  return { detail, history: await simulator.history(taskResultId) };
}

it('decides before a fixed deadline when the plan never comes, and says what was late', async () => {
  const { history, detail } = await hung;
  expect(history.status).toBe('failed');
  expect(history.message).toContain('no result in time');
  expect(Date.parse(history.finishedAt ?? '')).toBeLessThan(Date.parse(history.finalBy));
  expect(detail.checks).toMatchObject([{ name: 'guard', status: 'errored' }]);
});

it('keeps a rolling deadline away with progress while a plan takes longer than it', async () => {
  const { history } = await slow;
  expect(history.status).toBe('failed');
  expect(history.message).toContain('terraform_data.orders_database');
  const progress = history.callbacks.filter(({ status }) => status === 'running');
  expect(progress.length).toBeGreaterThanOrEqual(2);
  expect(progress[0]?.body).toMatchObject({
    data: { attributes: { message: 'Running: 0 of 1 check done — still running: guard.' } },
  });
});

it('was late for nobody and kept the protocol', async () => {
  expect(await installation.simulator.violations()).toEqual([]);
});
