import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { Api } from './harness/api.js';
import type { Child } from './harness/child.js';
import { freePort, newDirectory } from './harness/checkout.js';
import { cleanUp } from './harness/cleanup.js';
import { embeddedDatabaseUrl, queryAsSuperuser } from './harness/embedded-database.js';
import { GUARD } from './harness/installation.js';
import { launchRungate, startRungate, type Rungate } from './harness/rungate-process.js';
import { startSimulator, type Simulator } from './harness/simulator-process.js';
import { until } from './harness/until.js';

jest.setTimeout(120_000);

const SETTLED_WITHIN_MS = 60_000;
const TAKEN_WITHIN_MS = 30_000;

const workers = z.array(z.object({ attempt: z.number(), worker: z.string().nullable() }));

afterAll(cleanUp);

interface Processes {
  readonly dataDir: string;
  readonly all: Rungate;
  readonly worker: Child;
  readonly simulator: Simulator;
}

/** One with all roles, and a second that only judges, on the database of the first. */
async function start(): Promise<Processes> {
  const dataDir = newDirectory();
  const env = { RUNGATE_LISTEN: `127.0.0.1:${await freePort()}` };
  const [all, simulator] = await Promise.all([startRungate({ dataDir, env }), startSimulator()]);
  return { dataDir, all, simulator, worker: await startWorker(dataDir) };
}

async function startWorker(dataDir: string): Promise<Child> {
  const own = newDirectory();
  const child = await launchRungate(['serve', '--roles', 'worker'], {
    dataDir: own,
    env: {
      DATABASE_URL: embeddedDatabaseUrl(dataDir),
      RUNGATE_ENCRYPTION_KEY: readFileSync(path.join(dataDir, 'encryption-key'), 'utf8').trim(),
      RUNGATE_DEV: '1',
      RUNGATE_SPOOL_DIR: path.join(own, 'spool'),
    },
  });
  await until('the worker', TAKEN_WITHIN_MS, () => {
    if (child.exit !== null) throw new Error(`the worker ended before it was ready: ${child.stderr}`);
    return child.stdout.includes('Rungate is ready') ? true : null;
  });
  return child;
}

/** Who holds a task result, and for the how manieth time anybody does. */
async function holder(dataDir: string, taskResultId: string): Promise<{ attempt: number; pid: number } | null> {
  const rows = await queryAsSuperuser(
    dataDir,
    `SELECT attempt, leased_by AS worker FROM task_results WHERE task_result_id = '${taskResultId}'`,
  );
  const [row] = workers.parse(rows);
  // A worker's name is `host-pid-random`, and a host's may hold hyphens.
  const pid = /-(\d+)-[^-]+$/.exec(row?.worker ?? '')?.[1];
  return row === undefined || pid === undefined ? null : { attempt: row.attempt, pid: Number(pid) };
}

// With the queue in Redis, it is the scenario `kill-worker-mid-check`.
it('a surviving process judges what a killed one held, with the queue in Postgres', async () => {
  await tryTakeover(await start());
});

/** A surviving process judges what a killed one held, and the run gets one verdict. */
async function tryTakeover({ dataDir, all, worker, simulator }: Processes): Promise<void> {
  const api = new Api(all);
  const hook = await api.createRunTask('acme', 'guardrails', { terraformOrigin: simulator.origin, checks: [GUARD] });
  const faults = { archivist: [{ hang: true }] };
  const { taskResultId } = await simulator.start({ ...hook, plan: 'replace', faults });
  await until('the download to begin', TAKEN_WITHIN_MS, async () => {
    const { downloads } = await simulator.history(taskResultId);
    return downloads.some(({ endpoint }) => endpoint === 'archivist') ? true : null;
  });
  const first = await until('a worker to hold it', TAKEN_WITHIN_MS, () => holder(dataDir, taskResultId));
  expect([all.child.pid, worker.pid]).toContain(first.pid);
  const [killed, survivor] = first.pid === worker.pid ? [worker, all.child] : [all.child, worker];

  await killed.stop('SIGKILL');
  const killedAt = performance.now();
  const second = await until('the survivor to take it', TAKEN_WITHIN_MS, async () => {
    const found = await holder(dataDir, taskResultId);
    return found?.attempt === first.attempt ? null : found;
  });
  const seconds = ((performance.now() - killedAt) / 1_000).toFixed(1);
  process.stderr.write(`${killed === worker ? 'the worker' : 'serve'} was killed, taken over after ${seconds} s\n`);
  expect(second).toEqual({ attempt: 2, pid: survivor.pid });

  const history = await until('the verdict', SETTLED_WITHIN_MS, async () => {
    const found = await simulator.history(taskResultId);
    return found.finishedAt === null ? null : found;
  });
  expect(history.status).toBe('failed');
  expect(history.message).toContain('terraform_data.orders_database');
  expect(Date.parse(history.finishedAt ?? '')).toBeLessThan(Date.parse(history.finalBy));
  expect(history.callbacks.filter(({ applied, status }) => applied && status !== 'running')).toHaveLength(1);
  expect(await simulator.violations()).toEqual([]);
}
