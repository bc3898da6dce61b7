import type { SimulatedProcess } from './process.js';
import type { Timeline } from './timeline.js';

/** The six commits, by the number that the design gives them. */
export const COMMITS = ['D1', 'D2', 'D3', 'D4', 'D5', 'D6'] as const;

/** One of the commits that must survive a crash. */
export type Commit = (typeof COMMITS)[number];

/** A process dies or stands still just before or just after a commit, the so-and-so-many-th time that any process makes it. */
export interface FaultPoint {
  readonly commit: Commit;
  readonly side: 'before' | 'after';
  readonly nth: number;
  /** Milliseconds for which it stands still; null: it dies. */
  readonly freezeMs: number | null;
}

const SECOND = 1_000;
/** Nothing of ours fails when a caller's deadline is nearer than this: somebody must be there to keep the promise. */
export const CALM = 60 * SECOND;
/** Who stands still when a deadline is nearer than this and `CALM` would still do when nothing may fail any more. */
export const LONGEST_FREEZE = 120 * SECOND;
/** Faults come while there is work: most of them soon. */
const SOON = 60 * SECOND;
const LATER = 700 * SECOND;
/** Crashes that nobody planned. */
const CRASHES = 6;

interface Span {
  readonly from: number;
  readonly until: number;
}

/** What the faults of a schedule depend on. */
export interface FaultWorld {
  readonly random: () => number;
  readonly timeline: Timeline;
  /** Whether it is about a crowd: then all that fails is the queue and the callers. */
  readonly isCrowded: boolean;
  /** Whether some deadline is so near that nothing may go wrong any more. */
  isCalm(beforeMs?: number): boolean;
}

/** Everything that goes wrong in one schedule, but for the caller; all of it follows from the seed. */
export class Faults {
  /** Kill points that were reached, such as `after D4`. */
  readonly reached: string[] = [];
  readonly #points: readonly FaultPoint[] = [];
  readonly #counts = new Map<string, number>();
  readonly #storeAway: readonly Span[] = [];
  readonly #queueAway: readonly Span[];
  readonly #crashChance: number = 0;
  #crashes = 0;

  constructor(
    seed: number,
    private readonly world: FaultWorld,
  ) {
    const { random } = world;
    this.#queueAway = random() < 0.1 ? [ALWAYS] : this.#times(1, () => this.#span(1_200 * SECOND));
    if (world.isCrowded) return;
    this.#points = [systematicKill(seed, random), ...this.#times(3, () => randomPoint(random))];
    this.#storeAway = this.#times(2, () => this.#span(60 * SECOND)).filter(() => random() < 0.3);
    this.#crashChance = random() < 0.5 ? 0 : random() * 0.02;
  }

  /** When something happens that is planned ahead: milliseconds from the begin. */
  moment(): number {
    return this.world.random() * (this.world.random() < 0.7 ? SOON : LATER);
  }

  get storeIsAway(): boolean {
    return this.#isWithin(this.#storeAway) && !this.world.isCalm();
  }

  get queueIsAway(): boolean {
    return this.#isWithin(this.#queueAway);
  }

  /** Kills the process, or lets it stand still, when its time has come. */
  strike(process: SimulatedProcess, side: FaultPoint['side'], commit: Commit | null): void {
    if (process.isDead) return;
    const point = commit === null ? null : this.#pointAt(commit, side);
    if (point === null && !this.#crashesAnyway()) return;
    if (this.world.isCalm()) return;
    if (point === null) process.kill();
    else if (point.freezeMs === null) {
      this.reached.push(`${side} ${point.commit}`);
      process.kill();
    } else if (!this.world.isCalm(CALM + LONGEST_FREEZE)) {
      this.reached.push(`${side} ${point.commit}, standing still`);
      process.freeze(point.freezeMs);
    }
  }

  /** Whether a call of the store or its answer gets lost now, though the store is there. */
  loses(): 'call' | 'answer' | null {
    const chance = this.world.random();
    if (chance >= 0.012 || this.world.isCrowded || this.world.isCalm()) return null;
    return chance < 0.004 ? 'call' : 'answer';
  }

  /** How long a statement or its answer takes, milliseconds: nothing, a little, or a stall as of a lock. */
  latencyMs(): number {
    const chance = this.world.random();
    if (chance < 0.75) return 0;
    if (chance < 0.99 || this.world.isCrowded || this.world.isCalm()) return this.world.random() * 20;
    return this.world.random() * (chance < 0.997 ? 2 : 14) * SECOND;
  }

  #pointAt(commit: Commit, side: FaultPoint['side']): FaultPoint | null {
    const name = `${side} ${commit}`;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return this.#points.find((one) => one.commit === commit && one.side === side && one.nth === count) ?? null;
  }

  #crashesAnyway(): boolean {
    if (this.#crashes >= CRASHES || this.world.random() >= this.#crashChance) return false;
    this.#crashes += 1;
    return true;
  }

  #times<T>(most: number, make: () => T): readonly T[] {
    return Array.from({ length: Math.floor(this.world.random() * (most + 1)) }, make);
  }

  #span(mostMs: number): Span {
    const from = this.world.timeline.now + this.moment();
    return { from, until: from + this.world.random() * mostMs };
  }

  #isWithin(spans: readonly Span[]): boolean {
    if (spans.length === 0) return false;
    const { now } = this.world.timeline;
    return spans.some(({ from, until }) => from <= now && now < until);
  }
}

const ALWAYS: Span = { from: 0, until: Number.POSITIVE_INFINITY };

/** Twelve seeds in a row have each of the twelve kill points once. */
function systematicKill(seed: number, random: () => number): FaultPoint {
  const commit = COMMITS[seed % 6] ?? 'D1';
  const side = Math.floor(seed / 6) % 2 === 0 ? 'before' : 'after';
  return { commit, side, nth: 1 + Math.floor(random() * 3), freezeMs: null };
}

function randomPoint(random: () => number): FaultPoint {
  const side = random() < 0.5 ? 'before' : 'after';
  const commit = COMMITS[Math.floor(random() * 6)] ?? 'D1';
  if (random() < 0.5) return { commit, side, nth: 1 + Math.floor(random() * 6), freezeMs: null };
  const zombie = ZOMBIES[Math.floor(random() * ZOMBIES.length)] ?? 'D5';
  return { commit: zombie, side, nth: 1 + Math.floor(random() * 3), freezeMs: freezeFor(random) };
}

/** Where standing still is most dangerous: with a lease, with a verdict, with a callback that may be sent. */
const ZOMBIES: readonly Commit[] = ['D2', 'D3', 'D4', 'D5', 'D5', 'D5', 'D6'];

/** How long a process stands still, milliseconds: long enough for another to take over. */
export function freezeFor(random: () => number): number {
  return 5 * SECOND + random() * (LONGEST_FREEZE - 5 * SECOND);
}
