import { type RecordedHistory, violationsOf, type Violation } from '@rungate/run-task/testing';
import { record, type Expectation } from '../world/record.js';
import type { QueueKind, World, WorldOptions } from '../world/world.js';

/** A fault that Rungate must survive, as a story with processes. */
export interface Scenario {
  /** kebab-case; what `npm run chaos -- --scenario` takes. */
  readonly name: string;
  /** What happens, in a sentence without a full stop. */
  readonly about: string;
  /** Where tickets lie while it is told; each on its own. */
  readonly queues: readonly QueueKind[];
  /** On which of them it is part of `npm test`, for which it must be short. */
  readonly inCi: readonly QueueKind[];
  /** A world that others cannot share. */
  readonly world?: Omit<WorldOptions, 'queue'>;
  /** Tells it, and asserts what the invariants cannot know. */
  readonly tell: (world: World) => Promise<Expectation | undefined>;
}

/** What came of a scenario. */
export interface Told {
  readonly history: RecordedHistory;
  readonly violations: readonly Violation[];
}

/** Tells a scenario, ends its faults, waits until nothing is owed, and judges the history. */
export async function tellScenario(world: World, { tell }: Scenario): Promise<Told> {
  world.begin();
  const expectation = await tell(world);
  await world.heal();
  await world.settle();
  const history = await record(world, expectation);
  return { history, violations: violationsOf(history) };
}
