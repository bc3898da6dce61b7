// The order of test files: a long one that is begun last keeps one core busy and leaves the other alone. Jest knows how long
// each took the last time; on a clean checkout it goes by the size of the file, and the longest are the shortest to read.
import TestSequencer from '@jest/test-sequencer';

/** Longest first, by the end of their paths. */
const LONG = [
  'apps/e2e/src/console.browser.test.ts',
  'apps/e2e/src/faults-on-redis.e2e.test.ts',
  'apps/e2e/src/start.e2e.test.ts',
  'apps/e2e/src/plugins.e2e.test.ts',
  'apps/e2e/src/demo.e2e.test.ts',
  'apps/e2e/src/redis.e2e.test.ts',
  'apps/e2e/src/origins.e2e.test.ts',
  'apps/e2e/src/metrics.e2e.test.ts',
  'apps/e2e/src/deadline.e2e.test.ts',
  'libs/sandbox/src/hostile-plugins.int.test.ts',
  'libs/sandbox/src/runner-socket.int.test.ts',
  'libs/postgres/src/resilience.int.test.ts',
  'apps/rungate/src/check/command.int.test.ts',
  'libs/queue/src/on-redis.int.test.ts',
  'libs/queue/src/redis-topologies.int.test.ts',
  'libs/postgres/src/rotation/rotate-keys.int.test.ts',
  'libs/postgres/src/fair-claim.int.test.ts',
  'libs/postgres/src/store-contract.int.test.ts',
  'libs/run-task/testing/simulation/planted-bugs.test.ts',
  'libs/run-task/src/flow/five-moments.test.ts',
  'tools/fences.test.ts',
  'apps/api/src/access-matrix.test.ts',
];

/** As Jest orders them, but for the long ones. */
export default class LongFirst extends TestSequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
}

function rank({ path }) {
  const index = LONG.findIndex((end) => path.endsWith(end));
  return index < 0 ? LONG.length : index;
}
