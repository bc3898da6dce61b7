import { seededRandom } from '@rungate/run-task/testing';
import type { RunOptions } from '../harness/simulator-process.js';
import type { Condition } from '../faults/fault-proxy.js';
import type { QueueFaults } from '../faults/world/queue-faults.js';
import type { RoleName } from '../faults/world/role-process.js';
import type { QueueKind } from '../faults/world/world.js';

/** Commits at which a process can be killed, and who may be the one that makes them. */
const COMMITS = [
  { commit: 'D1', killed: ['ingress'] },
  { commit: 'D2', killed: ['worker-1', 'worker-2'] },
  { commit: 'D3', killed: ['worker-1', 'worker-2'] },
  { commit: 'D4', killed: ['worker-1', 'worker-2'] },
  { commit: 'D5', killed: ['worker-1', 'worker-2'] },
  { commit: 'D6', killed: ['worker-1', 'worker-2'] },
] as const;

/** One thing that goes wrong; it ends by itself. */
export type Fault =
  | { readonly kind: 'kill' | 'stop' | 'pause'; readonly process: RoleName }
  | { readonly kind: 'kill_at_commit'; readonly at: (typeof COMMITS)[number]; readonly stop: 'before' | 'after' }
  | { readonly kind: 'postgres' | 'host' | 'ingress'; readonly condition: Condition }
  | { readonly kind: 'cut'; readonly what: 'postgres' | 'host' | 'ingress' }
  | { readonly kind: 'restart_postgres'; readonly mode: 'fast' | 'immediate' }
  | { readonly kind: 'queue'; readonly trouble: Exclude<keyof QueueFaults, 'calm' | 'restart'> }
  | { readonly kind: 'restart_queue'; readonly tickets: 'kept' | 'lost' };

/** A fault, when it begins and how long it lasts; milliseconds from the beginning. */
export interface Planned {
  readonly fault: Fault;
  readonly atMs: number;
  readonly forMs: number;
}

/** What happens in one schedule: everything follows from the seed. */
export interface Schedule {
  readonly seed: number;
  readonly queue: QueueKind;
  readonly organizations: number;
  readonly everyMs: number;
  readonly durationMs: number;
  readonly faults: readonly Planned[];
  /** What goes wrong with single runs on the side of Terraform. */
  readonly optionsOf: (number: number) => Partial<RunOptions>;
  /** Whether the request of a run is sent a second time. */
  readonly isRepeated: (number: number) => boolean;
}

const DURATION_MS = 15_000;
const FAULTS = { least: 3, most: 7 };

/** The schedule of a seed. */
export function scheduleOf(seed: number): Schedule {
  const dice = new Dice(seededRandom(seed));
  const count = dice.between(FAULTS.least, FAULTS.most);
  return {
    seed,
    queue: seed % 3 === 0 ? 'postgres' : 'redis',
    organizations: dice.between(2, 4),
    everyMs: dice.between(200, 600),
    durationMs: DURATION_MS,
    faults: Array.from({ length: count }, () => plannedFault(dice)).sort((a, b) => a.atMs - b.atMs),
    optionsOf: (number) => runOptions(new Dice(seededRandom(seed * 10_007 + number))),
    isRepeated: (number) => new Dice(seededRandom(seed * 20_011 + number)).chance(0.1),
  };
}

function plannedFault(dice: Dice): Planned {
  const fault = dice.pick(MAKERS)(dice);
  return { fault, atMs: dice.between(0, DURATION_MS - 4_000), forMs: dice.between(300, 4_000) };
}

const PROCESSES = ['ingress', 'worker-1', 'worker-2'] as const;
const WORKERS = ['worker-1', 'worker-2'] as const;

const MAKERS: readonly ((dice: Dice) => Fault)[] = [
  (dice) => ({ kind: 'kill', process: dice.pick(PROCESSES) }),
  (dice) => ({ kind: 'stop', process: dice.pick(WORKERS) }),
  (dice) => ({ kind: 'pause', process: dice.pick(WORKERS) }),
  (dice) => ({ kind: 'kill_at_commit', at: dice.pick(COMMITS), stop: dice.pick(['before', 'after']) }),
  (dice) => ({ kind: 'kill_at_commit', at: dice.pick(COMMITS), stop: dice.pick(['before', 'after']) }),
  (dice) => ({ kind: dice.pick(['postgres', 'host', 'ingress']), condition: condition(dice) }),
  (dice) => ({ kind: dice.pick(['postgres', 'host', 'ingress']), condition: condition(dice) }),
  (dice) => ({ kind: 'cut', what: dice.pick(['postgres', 'host', 'ingress']) }),
  (dice) => ({ kind: 'restart_postgres', mode: dice.pick(['fast', 'immediate']) }),
  (dice) => ({ kind: 'queue', trouble: dice.pick(['away', 'silent', 'full', 'wipe', 'evict']) }),
  (dice) => ({ kind: 'restart_queue', tickets: dice.pick(['kept', 'lost']) }),
];

function condition(dice: Dice): Condition {
  return dice.pick<Condition>([
    { kind: 'refuse' },
    { kind: 'silent' },
    { kind: 'one_way', held: dice.pick(['to_server', 'to_client']) },
    { kind: 'delay', ms: dice.between(5, 150) },
  ]);
}

function runOptions(dice: Dice): Partial<RunOptions> {
  const archivist = dice.chance(0.3)
    ? [dice.pick([{ delayMs: dice.between(100, 3_000) }, { status: 503 }, { reset: true }])]
    : [];
  const verdict = dice.chance(0.4) ? Array.from({ length: dice.between(1, 2) }, () => dice.pick(ANSWERS)) : [];
  return { faults: { archivist, verdict } };
}

const ANSWERS = [
  { status: 500 },
  { status: 503 },
  { status: 429, headers: { 'retry-after': '2' } },
  { reset: true },
  // The verdict is taken, and its answer is lost.
  { applied: true, reset: true },
];

/** Chance, from one sequence. */
class Dice {
  constructor(private readonly random: () => number) {}

  /** A whole number, both bounds included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  pick<const T>(all: readonly T[]): T {
    const found = all[this.between(0, all.length - 1)];
    if (found === undefined) throw new Error('nothing to pick from');
    return found;
  }
}
