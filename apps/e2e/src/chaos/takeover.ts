import { setTimeout as sleep } from 'node:timers/promises';
import { cleanUp } from '../harness/cleanup.js';
import { holderOf, untilClaimed, untilState } from '../faults/world/task-results.js';
import { World } from '../faults/world/world.js';
import type { Summary } from './summary.js';

/** From kill -9 to the next claim: a lease of 10 s, and what it takes to notice. */
const TARGET_SECONDS = 12;
/** Kills fall anywhere between two renewals of a lease. */
const RENEWED_EVERY_MS = 3_000;

/** Kills the worker that evaluates, again and again, and measures until another claims. Deadlines are real ones. */
export async function measureTakeover(times: number, summary: Summary): Promise<void> {
  const world = await World.start({ queue: 'redis', timeScale: 1 });
  const tenant = await world.tenant();
  const seconds: number[] = [];
  for (let number = 1; number <= times; number++) {
    const id = await world.send(tenant, { faults: { archivist: [{ hang: true }] } });
    const worker = await holderOf(world, id, 1);
    await sleep((number / times) * RENEWED_EVERY_MS);
    await worker.kill();
    const killedAt = performance.now();
    await untilClaimed(world, id, 2);
    const took = (performance.now() - killedAt) / 1_000;
    seconds.push(took);
    summary.say(`takeover ${number} of ${times}: ${took.toFixed(2)} s`);
    await Promise.all([untilState(world, id, ['delivered']), worker.start()]);
  }
  await cleanUp();
  const sorted = seconds.sort((a, b) => a - b);
  const [worst = NaN, median = NaN] = [sorted.at(-1), sorted[Math.floor(sorted.length / 2)]];
  summary.say(`takeover after kill -9, ${times} times: median ${median.toFixed(2)} s, worst ${worst.toFixed(2)} s`);
  summary.add({
    name: `takeover within ${TARGET_SECONDS} s`,
    seconds: worst,
    history: null,
    violations: [],
    error: worst <= TARGET_SECONDS ? null : new Error(`the worst took ${worst.toFixed(2)} s`),
  });
}
