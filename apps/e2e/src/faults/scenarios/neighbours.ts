import { startLoopbackServer } from '../../harness/loopback-server.js';
import { postMany } from '../world/post-many.js';
import { untilState } from '../world/task-results.js';
import type { Tenant, World } from '../world/world.js';
import type { Expectation } from '../world/record.js';
import type { Scenario } from './scenario.js';

const QUEUES = ['redis'] as const;
/** Far above what a quiet machine shows, far below what waiting behind the noise would take. */
const QUIET_WITHIN_MS = 10_000;
const QUIET_RUNS = 20;

/** One organization makes noise; the others must not feel it. The figures are the benchmark's (docs/reference/performance.md). */
export const neighbourScenarios: readonly Scenario[] = [
  {
    name: 'noisy-neighbour',
    about: 'one organization has 4,000 task results waiting; others are served at once',
    queues: QUEUES,
    inCi: [],
    world: {},
    async tell(world) {
      const terraform = await startLoopbackServer(() => ({ status: 200, body: '{}' }));
      const noisy = await world.tenant(terraform.origin);
      const quiet = await quietTenants(world);
      for (const worker of world.workers) worker.pause();
      await postMany(world, noisy, 4_000);
      for (const worker of world.workers) worker.resume();
      return besides(world, quiet);
    },
  },
  {
    name: 'slow-neighbour',
    about: 'one organization has 200 checks that are slow; others are served meanwhile',
    queues: QUEUES,
    inCi: [],
    world: {},
    async tell(world) {
      const slow = await world.tenant();
      const quiet = await quietTenants(world);
      const options = { faults: { archivist: [{ delayMs: 5_000 }] } };
      await Promise.all(Array.from({ length: 200 }, () => world.send(slow, options)));
      return besides(world, quiet);
    },
  },
  {
    name: 'retry-storm',
    about:
      'each of 200 verdicts of one organization is refused twice; others are served meanwhile, and the last attempts pass',
    queues: QUEUES,
    inCi: [],
    world: {},
    async tell(world) {
      const stormy = await world.tenant();
      const quiet = await quietTenants(world);
      // No more than twice: an open breaker leaves a delivery its first attempt and the two last ones.
      const options = { faults: { verdict: [{ status: 503 }, { status: 503 }] } };
      await Promise.all(Array.from({ length: 200 }, () => world.send(stormy, options)));
      return besides(world, quiet);
    },
  },
];

async function quietTenants(world: World): Promise<readonly Tenant[]> {
  return [await world.tenant(), await world.tenant(), await world.tenant()];
}

/** Quiet organizations send some while the noise lasts, and what they waited is judged. */
async function besides(world: World, quiet: readonly Tenant[]): Promise<Expectation> {
  for (let number = 0; number < QUIET_RUNS; number++) {
    const tenant = quiet[number % quiet.length];
    if (tenant === undefined) continue;
    await untilState(world, await world.send(tenant), ['delivered']);
  }
  return { quiet: { organizations: quiet.map(({ slug }) => slug), withinMs: QUIET_WITHIN_MS } };
}
