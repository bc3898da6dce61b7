import { describeWithRedis } from '@rungate/queue/testing';
import { SCENARIOS } from './faults/scenarios/all.js';
import { tellScenario } from './faults/scenarios/scenario.js';
import { World, type QueueKind } from './faults/world/world.js';
import { cleanUp } from './harness/cleanup.js';

jest.setTimeout(240_000);

/** The short ones of `npm run chaos -- --all`, each followed by the invariants over everything that was recorded. */
function tellOn(queue: QueueKind): void {
  let world: World;

  beforeAll(async () => {
    world = await World.start({ queue });
  });

  afterAll(cleanUp);

  it.each(SCENARIOS.filter(({ inCi }) => inCi.includes(queue)))('$name: $about', async (scenario) => {
    const { violations } = await tellScenario(world, scenario);
    expect(violations).toEqual([]);
  });
}

describeWithRedis('faults, with the queue in Redis', () => {
  tellOn('redis');
});

describe('faults, with the queue in Postgres', () => {
  tellOn('postgres');
});
