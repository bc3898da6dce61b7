import { cleanUp } from '../harness/cleanup.js';
import { tellScenario, type Scenario } from '../faults/scenarios/scenario.js';
import { World, type QueueKind } from '../faults/world/world.js';
import { asError, type Summary } from './summary.js';

/** Tells scenarios on each queue; those that need no world of their own share one until one of them fails. */
export async function tellScenarios(
  scenarios: readonly Scenario[],
  queues: readonly QueueKind[],
  summary: Summary,
): Promise<void> {
  for (const queue of queues) {
    let shared: World | null = null;
    for (const scenario of scenarios.filter((one) => one.queues.includes(queue))) {
      if (scenario.world !== undefined && shared !== null) await cleanUp();
      const world: World =
        scenario.world === undefined && shared !== null ? shared : await World.start({ queue, ...scenario.world });
      const holds = await tellOne(world, scenario, summary);
      shared = holds && scenario.world === undefined ? world : null;
      if (shared === null) await cleanUp();
    }
    await cleanUp();
  }
}

async function tellOne(world: World, scenario: Scenario, summary: Summary): Promise<boolean> {
  const startedAt = performance.now();
  const name = `${scenario.name} on ${world.queue}`;
  const seconds = (): number => (performance.now() - startedAt) / 1_000;
  try {
    const told = await tellScenario(world, scenario);
    summary.add({ name, seconds: seconds(), ...told, error: null });
    return told.violations.length === 0;
  } catch (error) {
    summary.add({ name, seconds: seconds(), history: null, violations: [], error: asError(error) });
    return false;
  }
}
