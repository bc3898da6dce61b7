import { cleanUp } from '../harness/cleanup.js';
import { World } from '../faults/world/world.js';
import { runSchedule } from './run-schedule.js';
import { scheduleOf } from './schedule.js';
import { asError, type Summary } from './summary.js';

/** Runs schedules, one after another. Those with the same queue share a world until one fails; a replay has its own. */
export async function runSchedules(count: number, firstSeed: number, summary: Summary): Promise<void> {
  const seeds = Array.from({ length: count }, (_, index) => firstSeed + index);
  for (const queue of ['redis', 'postgres'] as const) {
    let world: World | null = null;
    for (const seed of seeds.filter((one) => scheduleOf(one).queue === queue)) {
      world ??= await World.start({ queue });
      if (await runOne(world, seed, summary)) continue;
      await cleanUp();
      world = null;
    }
    await cleanUp();
  }
}

async function runOne(world: World, seed: number, summary: Summary): Promise<boolean> {
  const startedAt = performance.now();
  const schedule = scheduleOf(seed);
  const name = `real schedule, seed ${seed}, ${schedule.queue}: ${schedule.faults.map(({ fault }) => fault.kind).join(', ')}`;
  const seconds = (): number => (performance.now() - startedAt) / 1_000;
  try {
    const { history, violations } = await runSchedule(world, schedule);
    summary.add({ name, seconds: seconds(), history, violations, error: null });
    return violations.length === 0;
  } catch (error) {
    summary.add({ name, seconds: seconds(), history: null, violations: [], error: asError(error) });
    return false;
  }
}
