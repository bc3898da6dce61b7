import { isDecided } from '../../src/index.js';
import { InMemoryStore } from '../in-memory-store.js';
import { seededRandom } from '../random.js';
import type { Row } from '../rows.js';
import type { Bug } from './bug.js';
import { SimulatedCaller, type CallerOutage } from './caller.js';
import { CALM, Faults } from './faults.js';
import { Ledger } from './ledger.js';
import { Story } from './story.js';
import type { Stores } from './store-link.js';
import { Timeline } from './timeline.js';

const SECOND = 1_000;
const NO_OUTAGE: CallerOutage = { from: 0, until: 0 };
const NEVER_THERE: CallerOutage = { from: 0, until: Number.POSITIVE_INFINITY };

/** How a schedule is run. */
export interface SimulationOptions {
  /** A bug to plant, which the schedule is to find. */
  readonly bug?: Bug;
  /** Whether the story is told. */
  readonly tells?: boolean;
}

/** Everything that the processes of a schedule share. */
export class World {
  readonly store = new InMemoryStore();
  readonly timeline = new Timeline(this.store.clock);
  readonly begin = this.timeline.now;
  readonly random: () => number;
  readonly faults: Faults;
  readonly ledger = new Ledger();
  readonly caller: SimulatedCaller;
  readonly story: Story;
  /** The stores as the processes reach them; with a planted bug they are not what they should be. */
  readonly stores: Stores;
  /** What was written to the queue and to the log. */
  readonly queued: string[] = [];
  readonly logged: string[] = [];
  readonly isReachable: boolean;
  /** Every hundredth schedule is about one organization that crowds out others, and not about crashes. */
  readonly isCrowded: boolean;

  constructor(
    readonly seed: number,
    readonly options: SimulationOptions,
  ) {
    this.random = seededRandom(seed);
    this.isCrowded = seed % 100 === 19;
    this.story = new Story(this.timeline, options.tells === true);
    this.faults = new Faults(seed, this);
    this.isReachable = this.random() >= 0.03;
    this.caller = new SimulatedCaller(this, this.#outage());
    const { hooks, schedule, tasks } = this.store;
    const stores = { hooks, schedule, tasks };
    this.stores =
      options.bug?.plant?.({ stores, store: this.store, caller: this.caller, timeline: this.timeline }) ?? stores;
  }

  /** Whether some deadline is so near that nothing may go wrong any more. */
  isCalm(beforeMs = CALM): boolean {
    return this.caller.isWaitingWithin(beforeMs);
  }

  /** Whether everything that was recorded has ended. */
  isOver(): boolean {
    for (const { taskResult } of this.store.rows.values()) {
      if (!isDecided(taskResult) || taskResult.state === 'decided') return false;
    }
    return true;
  }

  /** The deadline that the platform knows of a task result; infinite when there is none. Milliseconds since the epoch. */
  knownDeadline(callbackUrl: string): number {
    for (const { accepted, progressBy, finalBy } of this.store.rows.values()) {
      if (accepted.request.grant.callbackUrl === callbackUrl) return Math.min(progressBy.getTime(), finalBy.getTime());
    }
    return Number.POSITIVE_INFINITY;
  }

  pick<T>(all: readonly T[]): T {
    const one = all[Math.floor(this.random() * all.length)];
    if (one === undefined) throw new Error('there is nothing to pick from');
    return one;
  }

  #outage(): CallerOutage {
    if (!this.isReachable) return NEVER_THERE;
    if (this.random() < 0.6) return NO_OUTAGE;
    const from = this.begin + this.faults.moment();
    return { from, until: from + this.random() * 600 * SECOND };
  }
}

/** The caller's name of a task result. */
export function taskOf(row: Row | undefined): string {
  return row?.accepted.request.facts.task_result_id ?? 'nobody';
}
