// The order of test files: a long one that is begun last keeps one core busy and leaves the other alone. Jest knows how long
// each took the last time; on a clean checkout it goes by the size of the file, and the longest are the shortest to read.
import TestSequencer from '@jest/test-sequencer';

/** Longest first, by the end of their paths. */
const LONG = [
  'apps/e2e/src/faults-on-redis.e2e.test.ts',
  'apps/e2e/src/console.browser.test.ts',
  'apps/e2e/src/takeover.e2e.test.ts',
  'apps/e2e/src/metrics.e2e.test.ts',
  'apps/e2e/src/redis.e2e.test.ts',
  'apps/e2e/src/deadline.e2e.test.ts',
  'apps/e2e/src/demo.e2e.test.ts',
  'libs/postgres/src/task-result-search.int.test.ts',
  'libs/sandbox/src/breaking-checks.int.test.ts',
  'libs/postgres/src/resend-store.int.test.ts',
  'libs/queue/src/on-redis.int.test.ts',
  'libs/queue/src/redis-topologies.int.test.ts',
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
