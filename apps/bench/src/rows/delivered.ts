import { z } from 'zod';
import { closingAfter, type Closing } from '../closing.js';
import { cpuMsBelow } from '../cpu.js';
import { median, percentile } from '../figures.js';
import { startProcess } from '../process.js';
import { atLeast, atMost, type BenchContext, type Figures, type Measurement, type Row } from '../row.js';
import { smallPlan } from '../small-plan.js';
import { runAt, startPlatform, startRedis } from '../stage.js';
import { BenchTerraform } from '../terraform.js';
import { atRate, burst, type Caller } from '../traffic.js';

const PER_SECOND = 100;
const SECONDS = 20;
const WARM_UP = 500;
const BURST = 5_000;

/** From the webhook to the verdict at the caller, at a steady rate and as fast as it goes. */
export const deliveredRow: Measurement = {
  name: 'delivered',
  title: 'webhook to delivered verdict, and end to end',
  measure: (context) => closingAfter(context.closing, (closing) => measure(context, closing)),
};

async function measure(context: BenchContext, closing: Closing): Promise<readonly Row[]> {
  const ours = await measureSide(context, await startOurs(context, closing));
  const theirs = await measureSide(context, await startTheirs(context, closing));
  const name = 'a run task server on graphile-worker';
  return [
    {
      name: 'commit → check starts (Redis)',
      figures: ours.starts,
      baseline: { name: 'graphile-worker, job added → job starts', figures: theirs.starts },
      targets: [atMost('p50 ms', ours.starts['p50 ms'] ?? NaN, 5), atMost('p99 ms', ours.starts['p99 ms'] ?? NaN, 25)],
    },
    {
      name: `webhook → verdict delivered, one trivial check, ${PER_SECOND}/s`,
      figures: ours.steady,
      baseline: { name, figures: theirs.steady },
      targets: [atMost('p50 ms', ours.steady['p50 ms'] ?? NaN, 20), atMost('p99 ms', ours.steady['p99 ms'] ?? NaN, 75)],
    },
    {
      name: 'end to end, as fast as it goes',
      figures: ours.fast,
      baseline: { name, figures: theirs.fast },
      targets: [atLeast('task results/s', ours.fast['task results/s'] ?? NaN, 500)],
    },
  ];
}

/** One of the two that answer run tasks. */
interface Side {
  readonly caller: Caller;
  readonly pid: number;
  /** How long the work of a request waited for its start, of those since the last call; milliseconds. */
  readonly waitsMs: () => Promise<readonly number[]>;
}

async function startOurs({ database, profileDir }: BenchContext, closing: Closing): Promise<Side> {
  const terraform = await BenchTerraform.start(smallPlan(), closing);
  const env = { REDIS_URL: await startRedis(closing) };
  const platform = await startPlatform({ database, roles: 'ingress,worker,api', profileDir, env, closing });
  const check = { name: 'summary', use: 'plan-summary', stages: ['post_plan'], enforcement: 'advisory' };
  const hook = await platform.createHook('bench', { terraformOrigin: terraform.origin, checks: [check] });
  let since = 0;
  return {
    caller: { terraform, origin: platform.url, hook },
    pid: platform.pid,
    async waitsMs() {
      // From the start of the transaction that stored it, so that the commit is inside.
      const rows = await runAt<{ ms: number }>(
        platform.databaseUrl,
        `SELECT (extract(epoch FROM started_at - received_at) * 1000)::float8 AS ms FROM task_results ORDER BY id OFFSET $1`,
        [since],
      );
      since += rows.length;
      return rows.map(({ ms }) => ms);
    },
  };
}

async function startTheirs({ database }: BenchContext, closing: Closing): Promise<Side> {
  const terraform = await BenchTerraform.start(smallPlan(), closing);
  const hmacKey = 'k'.repeat(64);
  const { told: origin, pid } = await startProcess({
    args: ['dist/apps/bench/src/baselines/job-queue-server.js', await database.create(), hmacKey],
    ready: /^ready at (\S+)$/m,
    closing,
  });
  let since = 0;
  return {
    caller: { terraform, origin, hook: { url: `${origin}/`, hmacKey } },
    pid,
    async waitsMs() {
      const all = waitsSchema.parse(await (await fetch(origin)).json());
      const news = all.slice(since);
      since = all.length;
      return news;
    },
  };
}

const waitsSchema = z.array(z.number());

interface Measured {
  readonly starts: Figures;
  readonly steady: Figures;
  readonly fast: Figures;
}

async function measureSide({ database, scale }: BenchContext, { caller, pid, waitsMs }: Side): Promise<Measured> {
  await burst(caller, Math.ceil(WARM_UP * scale));
  await waitsMs();
  const steady = await atRate(caller, PER_SECOND, SECONDS * scale);
  const waits = await waitsMs();
  const count = Math.ceil(BURST * scale);
  const cpu = (): readonly number[] => [cpuMsBelow(pid), cpuMsBelow(database.pid)];
  const before = cpu();
  const tookMs = await burst(caller, count);
  const [processes = NaN, postgres = NaN] = cpu().map((ms, index) => (ms - (before[index] ?? 0)) / count);
  if (caller.terraform.strays > 0) throw new Error(`${caller.terraform.strays} callbacks came twice or for nobody.`);
  return {
    starts: { 'p50 ms': median(waits), 'p99 ms': percentile(waits, 0.99) },
    steady: { 'p50 ms': median(steady), 'p99 ms': percentile(steady, 0.99), 'max ms': Math.max(...steady) },
    fast: { 'task results/s': (count / tookMs) * 1_000, 'processes CPU ms': processes, 'Postgres CPU ms': postgres },
  };
}
