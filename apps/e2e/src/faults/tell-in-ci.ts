import { cleanUp } from '../harness/cleanup.js';
import { SCENARIOS } from './scenarios/all.js';
import { tellScenario } from './scenarios/scenario.js';
import { World, type QueueKind } from './world/world.js';

/** The short ones of `npm run chaos -- --all`, each followed by the invariants over everything that was recorded. */
export function tellInCi(queue: QueueKind): void {
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
