import { setTimeout as sleep } from 'node:timers/promises';
import { violationsOf } from '@rungate/run-task/testing';
import { cleanUp } from '../harness/cleanup.js';
import { startLoad } from '../faults/world/load.js';
import { queueFaults } from '../faults/world/queue-faults.js';
import { record } from '../faults/world/record.js';
import { World, type Tenant } from '../faults/world/world.js';
import type { Summary } from './summary.js';

const EVERY_MS = 1_000;
const SAY_EVERY_MS = 60_000;
const WIPED_EVERY_MS = 100;
const WIPES = 200;
const WIPE_LOAD_EVERY_MS = 50;
/** A ticket that was wiped is issued again by a keeper, which looks once a second. */
const REDISPATCH_MS = 5_000;

/** Stops Redis for real minutes at real deadlines while task results arrive, then wipes it under load. */
export async function measureRedisAway(minutes: number, summary: Summary): Promise<void> {
  const world = await World.start({ queue: 'redis', timeScale: 1 });
  const queue = queueFaults(world);
  const tenants = [await world.tenant(), await world.tenant(), await world.tenant()];
  await judged({ world, summary, name: `Redis away for ${minutes} minutes`, waitMs: Infinity }, async () => {
    await queue.away();
    const load = startLoad(world, { tenants, everyMs: EVERY_MS });
    for (let left = minutes * 60_000; left > 0; left -= SAY_EVERY_MS) {
      await sleep(Math.min(left, SAY_EVERY_MS));
      summary.say(`Redis is away, ${Math.max(0, Math.ceil(left / 60_000) - 1)} minutes left`);
    }
    const ids = await load.stop();
    await queue.calm();
    summary.say(`${ids.length} task results were accepted meanwhile`);
  });
  world.begin();
  const others = [await world.tenant(), await world.tenant(), await world.tenant()];
  await judged({ world, summary, name: 'Redis wiped under load', waitMs: REDISPATCH_MS }, () =>
    wipeUnderLoad(world, others),
  );
  await cleanUp();
}

async function wipeUnderLoad(world: World, tenants: readonly Tenant[]): Promise<void> {
  const queue = queueFaults(world);
  const load = startLoad(world, { tenants, everyMs: WIPE_LOAD_EVERY_MS });
  for (let wipe = 0; wipe < WIPES; wipe++) {
    await queue.wipe();
    await sleep(WIPED_EVERY_MS);
  }
  await load.stop();
}

interface Measured {
  readonly world: World;
  readonly summary: Summary;
  readonly name: string;
  /** How long each may wait for a worker. */
  readonly waitMs: number;
}

async function judged({ world, summary, name, waitMs }: Measured, act: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  await act();
  await world.settle(600_000);
  const history = await record(world);
  const waits = history.rows.map((row) => (row.startedAt ?? Infinity) - row.receivedAt).sort((a, b) => a - b);
  const [median = NaN, worst = NaN] = [waits[Math.floor(waits.length / 2)], waits.at(-1)];
  summary.say(`${name}: wait for a worker, median ${median.toFixed(0)} ms, worst ${worst.toFixed(0)} ms`);
  summary.add({
    name,
    seconds: (performance.now() - startedAt) / 1_000,
    history,
    violations: violationsOf(history),
    error: worst > waitMs ? new Error(`a task result waited ${worst.toFixed(0)} ms`) : null,
  });
}
