import { setTimeout as sleep } from 'node:timers/promises';
import { closingAfter, type Closing } from '../closing.js';
import { cpuMsBelow } from '../cpu.js';
import { median, percentile } from '../figures.js';
import { sendLoad } from '../load.js';
import { atLeast, atMost, type BenchContext, type Measurement, type Row } from '../row.js';
import { smallPlan } from '../small-plan.js';
import { startPlatform, startRedis } from '../stage.js';
import { BenchTerraform, type BenchHook } from '../terraform.js';

const PER_SECOND = 100;
const SECONDS = 20;
const WARM_UP = 300;
const BURST = 5_000;
const CONNECTIONS = 16;

/** From the webhook to the verdict at the caller, at a steady rate and as fast as it goes. */
export const deliveredRow: Measurement = {
  name: 'delivered',
  title: 'webhook to delivered verdict, and end to end',
  measure: (context) => closingAfter((closing) => measure(context, closing)),
};

async function measure({ database, scale, profileDir }: BenchContext, closing: Closing): Promise<readonly Row[]> {
  const terraform = await BenchTerraform.start(smallPlan(), closing);
  const env = { REDIS_URL: await startRedis(closing) };
  const platform = await startPlatform({ database, roles: 'ingress,worker,api', profileDir, env, closing });
  const check = { name: 'summary', use: 'plan-summary', stages: ['post_plan'], enforcement: 'advisory' };
  const hook = await platform.createHook('bench', { terraformOrigin: terraform.origin, checks: [check] });
  const setting: Setting = { terraform, origin: platform.url, hook };
  await burst(setting, WARM_UP);
  const steady = await atRate(setting, PER_SECOND, SECONDS * scale);
  const count = Math.ceil(BURST * scale);
  const cpu = (): readonly number[] => [cpuMsBelow(platform.pid), cpuMsBelow(database.pid)];
  const before = cpu();
  const tookMs = await burst(setting, count);
  const [platformMs = 0, databaseMs = 0] = cpu().map((ms, index) => (ms - (before[index] ?? 0)) / count);
  if (terraform.strays > 0) throw new Error(`${terraform.strays} callbacks came twice or for nobody.`);
  const perSecond = (count / tookMs) * 1_000;
  return [
    {
      name: `webhook → verdict delivered, one trivial check, ${PER_SECOND}/s`,
      figures: { 'p50 ms': median(steady), 'p99 ms': percentile(steady, 0.99), 'max ms': Math.max(...steady) },
      baseline: null,
      targets: [atMost('p50 ms', median(steady), 20), atMost('p99 ms', percentile(steady, 0.99), 75)],
    },
    {
      name: 'end to end, as fast as it goes',
      figures: { 'task results/s': perSecond, 'CPU of processes ms': platformMs, 'CPU of Postgres ms': databaseMs },
      baseline: null,
      targets: [atLeast('task results/s', perSecond, 500)],
    },
  ];
}

interface Setting {
  readonly terraform: BenchTerraform;
  readonly origin: string;
  readonly hook: BenchHook;
}

/** Sends on a clock, whether or not answers come; milliseconds from sending to the verdict. */
async function atRate({ terraform, origin, hook }: Setting, perSecond: number, seconds: number): Promise<number[]> {
  const startAt = performance.now() + 50;
  const total = Math.ceil(perSecond * seconds);
  const samples = Array.from({ length: total }, async (_, index) => {
    const { request, delivered } = terraform.newRequest(hook);
    const dueAt = startAt + (index * 1_000) / perSecond;
    await sleep(dueAt - performance.now());
    return { request, delivered, sentAt: performance.now() };
  });
  const lane = async (index: number): Promise<number[]> => {
    const took: number[] = [];
    for (let i = index; i < total; i += CONNECTIONS) {
      const sample = await samples[i];
      if (sample === undefined) continue;
      const requests = [sample.request];
      const sentAt = performance.now();
      await sendLoad({ origin, connections: 1, next: () => requests.pop() ?? null });
      took.push((await sample.delivered) - sentAt);
    }
    return took;
  };
  return (await Promise.all(Array.from({ length: CONNECTIONS }, (_, index) => lane(index)))).flat();
}

/** Milliseconds from the first request to the last verdict. */
async function burst({ terraform, origin, hook }: Setting, count: number): Promise<number> {
  const made = Array.from({ length: count }, () => terraform.newRequest(hook));
  const startedAt = performance.now();
  let index = 0;
  await sendLoad({ origin, connections: CONNECTIONS, next: () => made[index++]?.request ?? null });
  const ends = await Promise.all(made.map(({ delivered }) => delivered));
  return Math.max(...ends) - startedAt;
}
