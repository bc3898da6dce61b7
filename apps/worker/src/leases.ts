import { LEASE_MS, type Lease, type ScheduleStore } from '@rungate/run-task';

/** Whose leases are held, and by which clock. */
export interface LeasesOptions {
  readonly schedule: ScheduleStore;
  /** Id of the worker that claimed. */
  readonly worker: string;
  /** A clock that nobody sets and that goes on while the process stands still, milliseconds. */
  readonly steady: () => number;
}

interface Held {
  readonly lease: Lease;
  readonly controller: AbortController;
  /** By the steady clock, and never later than what the database wrote. */
  until: number;
}

/** How long before its end a lease counts as lost: what is being done ends before somebody else begins. */
const MARGIN_MS = 500;

/**
 * The leases of this process, prolonged together in one statement. A lost one aborts its evaluation: when the store says
 * so, and when nobody said that it was prolonged until it ran out, as after a freeze or while Postgres is away.
 */
export class Leases {
  readonly #held = new Map<string, Held>();

  constructor(private readonly options: LeasesOptions) {}

  /**
   * The signal aborts when the lease is lost or given back.
   * @param askedAt when it was asked for, by the steady clock
   */
  hold(lease: Lease, askedAt: number): AbortSignal {
    const controller = new AbortController();
    this.#held.set(lease.taskResultId, { lease, controller, until: endOf(askedAt) });
    this.expire();
    return controller.signal;
  }

  drop({ taskResultId, epoch }: Lease): void {
    if (this.#held.get(taskResultId)?.lease.epoch === epoch) this.#held.delete(taskResultId);
  }

  async renew(): Promise<void> {
    this.expire();
    const renewed = [...this.#held.values()].filter(({ controller }) => !controller.signal.aborted);
    if (renewed.length === 0) return;
    const { schedule, worker, steady } = this.options;
    const askedAt = steady();
    const lost = new Set(await schedule.renew(worker, leasesOf(renewed)));
    for (const held of renewed) {
      if (lost.has(held.lease.taskResultId)) held.controller.abort();
      else held.until = endOf(askedAt);
    }
  }

  /** Aborts what may be another's by now; how many. */
  expire(): number {
    const now = this.options.steady();
    const over = [...this.#held.values()].filter((held) => held.until <= now && !held.controller.signal.aborted);
    for (const { controller } of over) controller.abort();
    return over.length;
  }

  /** Aborts what is still being evaluated and gives its leases back; how many. */
  async giveBack(): Promise<number> {
    const all = [...this.#held.values()];
    if (all.length === 0) return 0;
    for (const { controller } of all) controller.abort();
    await this.options.schedule.release(this.options.worker, leasesOf(all));
    return all.length;
  }
}

function endOf(askedAt: number): number {
  return askedAt + LEASE_MS - MARGIN_MS;
}

function leasesOf(held: readonly Held[]): readonly Lease[] {
  return held.map(({ lease }) => lease);
}
