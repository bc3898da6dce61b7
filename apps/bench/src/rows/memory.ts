import { closingAfter, type Closing } from '../closing.js';
import { residentMb } from '../cpu.js';
import { median } from '../figures.js';
import { atMost, type BenchContext, type Measurement, type Row } from '../row.js';
import { smallPlan } from '../small-plan.js';
import { startPlatform, startRedis } from '../stage.js';
import { BenchTerraform } from '../terraform.js';
import { burst } from '../traffic.js';

const TASK_RESULTS = 100_000;
const SAMPLES = 50;
/** What the last tenth may hold more than the third: a runtime that collects when it likes is never quite still. */
const FLAT_WITHIN_PERCENT = 10;

/** Whether the platform's process holds more memory after many task results than after few. */
export const memoryRow: Measurement = {
  name: 'memory',
  title: `${TASK_RESULTS} task results end to end, with memory sampled`,
  measure: (context) => closingAfter(context.closing, async (closing) => [await measure(context, closing)]),
};

async function measure({ database, scale, profileDir }: BenchContext, closing: Closing): Promise<Row> {
  const terraform = await BenchTerraform.start(smallPlan(), closing);
  const env = { REDIS_URL: await startRedis(closing) };
  const platform = await startPlatform({ database, roles: 'ingress,worker,api', profileDir, env, closing });
  const check = { name: 'summary', use: 'plan-summary', stages: ['post_plan'], enforcement: 'advisory' };
  const hook = await platform.createHook('bench', { terraformOrigin: terraform.origin, checks: [check] });
  const each = Math.ceil((TASK_RESULTS * scale) / SAMPLES);
  const samples: number[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    await burst({ terraform, origin: platform.url, hook }, each);
    samples.push(residentMb(platform.pid));
  }
  const tenth = SAMPLES / 10;
  const early = median(samples.slice(2 * tenth, 3 * tenth));
  const late = median(samples.slice(-tenth));
  const growth = (100 * (late - early)) / early;
  return {
    name: `memory over ${each * SAMPLES} task results`,
    figures: { 'early MB': early, 'late MB': late, 'most MB': Math.max(...samples), 'growth %': growth },
    baseline: null,
    targets: [atMost('growth %', growth, FLAT_WITHIN_PERCENT)],
  };
}
