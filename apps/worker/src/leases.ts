import type { Lease, ScheduleStore } from '@rungate/run-task';

interface Held {
  readonly lease: Lease;
  readonly controller: AbortController;
}

/** The leases of this process, prolonged together in one statement; a lost one aborts its evaluation. */
export class Leases {
  readonly #held = new Map<string, Held>();

  constructor(
    private readonly schedule: ScheduleStore,
    private readonly worker: string,
  ) {}

  /** The signal aborts when the lease is lost or given back. */
  hold(lease: Lease): AbortSignal {
    const controller = new AbortController();
    this.#held.set(lease.taskResultId, { lease, controller });
    return controller.signal;
  }

  drop({ taskResultId, epoch }: Lease): void {
    if (this.#held.get(taskResultId)?.lease.epoch === epoch) this.#held.delete(taskResultId);
  }

  async renew(): Promise<void> {
    if (this.#held.size === 0) return;
    const lost = await this.schedule.renew(this.worker, this.#leases());
    for (const taskResultId of lost) this.#held.get(taskResultId)?.controller.abort();
  }

  /** Aborts what is still being evaluated and gives its leases back. */
  async giveBack(): Promise<void> {
    const leases = this.#leases();
    if (leases.length === 0) return;
    for (const { controller } of this.#held.values()) controller.abort();
    await this.schedule.release(this.worker, leases);
  }

  #leases(): readonly Lease[] {
    return [...this.#held.values()].map(({ lease }) => lease);
  }
}
