import assert from 'node:assert/strict';
import { startLoopbackServer } from '../../harness/loopback-server.js';
import { postMany } from '../world/post-many.js';
import { storedCount, untilState } from '../world/task-results.js';
import type { Tenant, World } from '../world/world.js';
import type { Expectation } from '../world/record.js';
import type { Scenario } from './scenario.js';

const QUEUES = ['redis'] as const;
/** Far above what a quiet machine shows, far below what waiting behind the noise would take. */
const QUIET_WITHIN_MS = 10_000;
const QUIET_RUNS = 20;
/** Until after the second look of a breaker, which is not scaled as the deadlines are. */
const REFUSING_MS = 12_000;

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
      'the Terraform of one organization refuses 200 verdicts for a while; others are served meanwhile, and all arrive',
    queues: QUEUES,
    inCi: [],
    world: {},
    async tell(world) {
      const takesFrom = performance.now() + REFUSING_MS;
      const status = (): number => (performance.now() < takesFrom ? 503 : 200);
      const terraform = await startLoopbackServer(() => ({ status: status(), body: '{}' }));
      const stormy = await world.tenant(terraform.origin);
      const quiet = await quietTenants(world);
      await postMany(world, stormy, 200);
      const expectation = await besides(world, quiet);
      await world.settle();
      assert.equal(await storedCount(world, stormy.marker, 'delivered'), 200);
      assert.ok(terraform.requests.length > 200, 'no verdict was refused');
      return expectation;
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
