/** Areas of the fault table (design, "Faults that must be survived") that this suite covers. */
export type FaultArea =
  'processes' | 'queue' | 'postgres' | 'callback host' | 'requests' | 'neighbours' | 'clock and DNS';

/** A test elsewhere that tells the same: the file, and words of its name. */
export interface ToldElsewhere {
  readonly file: string;
  readonly words: string;
}

/** One fault of the table. */
export interface FaultRow {
  readonly area: FaultArea;
  readonly fault: string;
  /** Names of scenarios. */
  readonly scenarios: readonly string[];
  readonly elsewhere: readonly ToldElsewhere[];
}

/** Every fault of these areas, and who tells it. A test holds it to the scenarios and to the other tests. */
export const FAULT_ROWS: readonly FaultRow[] = [
  row('processes', 'kill -9 ingress before commit', ['kill-ingress-before-commit']),
  row('processes', 'kill -9 ingress after commit', ['kill-ingress-after-commit']),
  row('processes', 'kill -9 a worker mid-check', ['kill-worker-mid-check'], 'takeover', 'what a killed one held'),
  row('processes', 'kill -9 a worker mid-check, twice on one task result', ['kill-worker-mid-check-twice']),
  row('processes', 'SIGSTOP 60 s then SIGCONT: the writes of the zombie change nothing', [
    'zombie-worker',
    'zombie-worker-60-s',
  ]),
  row('processes', 'kill the keeper', ['kill-keeper']),
  row('processes', 'kill between PATCH and D6', ['kill-between-patch-and-end']),
  row('processes', 'SIGTERM with work in flight', ['stop-worker-with-work-in-flight'], 'restart', 'an orderly stop'),
  row('processes', 'SIGTERM with work in flight, twice', ['stop-worker-twice']),
  row('processes', 'everything killed at once', [], 'in-flight', 'after everything was killed'),
  row('queue', 'restart with persistence', ['queue-restarts-with-its-tickets']),
  row('queue', 'restart without persistence', ['queue-restarts-empty']),
  row('queue', 'FLUSHALL under load', ['queue-wiped-under-load'], 'redis', 'Redis is wiped again and again'),
  row('queue', 'down 3 s', ['queue-away-3-s']),
  row('queue', 'down 12 s', ['queue-away-12-s']),
  row('queue', 'down 60 s', ['queue-away-60-s'], 'redis', 'while Redis is away'),
  row('queue', 'accepts but never answers', ['queue-never-answers'], 'redis', 'accepts and never answers'),
  row('queue', 'out of memory', ['queue-out-of-memory']),
  row('queue', 'wrong eviction policy', ['queue-evicts']),
  row('postgres', 'restart fast', ['postgres-restarts-fast']),
  row('postgres', 'restart immediate', ['postgres-restarts-immediate']),
  row('postgres', '10 s away', ['postgres-away-10-s'], 'webhook', 'while nothing can be stored'),
  row('postgres', 'accepts but never answers', ['postgres-never-answers']),
  row('postgres', 'read-only', ['postgres-read-only']),
  row('postgres', 'connections exhausted', ['postgres-connections-exhausted']),
  row('postgres', 'lock timeout', ['postgres-locked']),
  row('callback host', '500 × n', ['host-answers-500-again-and-again'], 'deliveries', 'after an error of the server'),
  row(
    'callback host',
    '429 with Retry-After 5 s',
    ['host-throttles-for-5-s'],
    'deliveries',
    'the Retry-After of a 429',
  ),
  row('callback host', '429 with Retry-After 1 h', ['host-throttles-for-an-hour']),
  row('callback host', 'timeout', ['host-never-answers']),
  row('callback host', 'one byte a second', ['host-answers-one-byte-a-second']),
  row('callback host', '1 GB answer', ['host-answers-a-gigabyte']),
  row('callback host', 'reset mid-body', ['host-resets-in-the-middle']),
  row('callback host', 'redirect to metadata', ['host-redirects-to-metadata']),
  row(
    'callback host',
    'redirect to another host',
    ['host-redirects-elsewhere'],
    'deliveries',
    'never follows a redirect',
  ),
  certificate('expired', 'an expired certificate'),
  certificate('wrong-host', 'a certificate for another host'),
  certificate('self-signed', 'a certificate that nobody vouches for'),
  row('callback host', 'down 9 minutes of 10', ['host-down-for-9-of-10-minutes']),
  row('callback host', 'one host dead with 5,000 deliveries waiting', [
    'dead-host-with-5000-waiting',
    'dead-host-with-200-waiting',
  ]),
  row('callback host', "one organization's 401 storm", ['storm-of-401']),
  row('requests', '100 concurrent duplicates', ['hundred-duplicates'], 'webhook', 'to a hundred identical requests'),
  row('requests', 'replay after a day', ['replay-after-a-day']),
  row('requests', 'replay after purge', ['replay-after-purge']),
  row('requests', 'signature of A on the hook of B', [], 'webhook', 'of one run task on the hook of another'),
  {
    area: 'requests',
    fault: 'key rotated',
    scenarios: [],
    elsewhere: [{ file: 'libs/postgres/src/hmac-keys.int.test.ts', words: 'overlap after a rotation' }],
  },
  row('requests', '20 MB body', ['body-of-20-mb'], 'webhook', 'to a body of 2 MB'),
  row('requests', 'chunked without length', [], 'webhook', 'in chunks, without its length'),
  row('requests', 'gzip bomb', [], 'webhook', 'that are a gzip bomb'),
  row('requests', 'slow POST', ['slow-posts']),
  row('requests', 'depth 100,000', [], 'webhook', 'nested 100,000 deep'),
  row('requests', 'duplicate keys', [], 'webhook', 'that is named twice'),
  row('requests', 'lone surrogates', [], 'webhook', 'half a surrogate pair'),
  row('requests', 'NaN', [], 'webhook', 'that hold NaN'),
  row('neighbours', 'many waiting', ['noisy-neighbour']),
  row('neighbours', 'slow checks', ['slow-neighbour']),
  row('neighbours', 'retry storm', ['retry-storm']),
  row('clock and DNS', 'worker clock + 1 h', ['worker-clock-an-hour-ahead']),
  row('clock and DNS', 'worker clock − 1 h', ['worker-clock-an-hour-behind']),
  row('clock and DNS', 'SERVFAIL', ['names-fail']),
  {
    ...row('clock and DNS', 'rebinding', ['names-rebind']),
    elsewhere: [{ file: 'libs/egress/src/client.int.test.ts', words: 'however the name changes' }],
  },
  row('clock and DNS', 'one private among many addresses', ['names-with-one-private-address']),
];

/** Faults of the table that nobody tells yet, and why. */
export const OPEN_ROWS: readonly { readonly area: FaultArea; readonly fault: string; readonly why: string }[] = [
  {
    area: 'queue',
    fault: 'down 20 min',
    why: 'measured by `npm run chaos -- --redis-away 20`, at real deadlines and too long for a scenario',
  },
  {
    area: 'neighbours',
    fault: '200,000 waiting; 10 × overload for 10 minutes',
    why: 'measured by the fairness benchmark (docs/reference/performance.md)',
  },
];

function row(
  area: FaultArea,
  fault: string,
  scenarios: readonly string[],
  file: string | null = null,
  words = '',
): FaultRow {
  const elsewhere = file === null ? [] : [{ file: `apps/e2e/src/${file}.e2e.test.ts`, words }];
  return { area, fault, scenarios, elsewhere };
}

function certificate(fault: string, words: string): FaultRow {
  const elsewhere = [{ file: 'libs/egress/src/client.int.test.ts', words }];
  return { area: 'callback host', fault: `${fault} certificate`, scenarios: [], elsewhere };
}
