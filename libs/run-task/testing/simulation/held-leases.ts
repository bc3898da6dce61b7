import { LEASE_MS, type Lease, type ScheduleStore } from '../../src/index.js';
import type { SimulatedProcess } from './process.js';
import { NOTHING, type Timeline } from './timeline.js';

interface Held {
  readonly lease: Lease;
  readonly stop: AbortController;
  until: number;
}

/** Before its end a lease counts as lost, as in the worker. */
const MARGIN = 500;
/** How late it may be noticed that a lease ran out. */
const LOOK = 100;

/** The leases of a simulated worker: prolonged together, and over when nobody said that they were. */
export class HeldLeases {
  readonly #held = new Set<Held>();

  constructor(
    private readonly process: SimulatedProcess,
    private readonly schedule: ScheduleStore,
    private readonly timeline: Timeline,
  ) {}

  get count(): number {
    return this.#held.size;
  }

  /** Works under a lease; the signal aborts when it is lost. */
  async under<T>(lease: Lease, askedAt: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const held: Held = { lease, stop: new AbortController(), until: askedAt + LEASE_MS - MARGIN };
    this.#held.add(held);
    this.#expire();
    this.#watch(held);
    try {
      return await work(held.stop.signal);
    } finally {
      this.#held.delete(held);
    }
  }

  #expire(): void {
    for (const { until, stop } of this.#held) if (until <= this.timeline.now) stop.abort();
  }

  /** Looks whether a lease ran out when it would, for as long as it is held. */
  #watch(held: Held): void {
    this.timeline.after(held.until - this.timeline.now + LOOK, () => {
      if (!this.#held.has(held) || held.stop.signal.aborted) return NOTHING;
      void this.process.running().then(() => {
        this.#expire();
        this.#watch(held);
      });
      return null;
    });
  }

  async renew(): Promise<void> {
    this.#expire();
    const renewed = [...this.#held].filter(({ stop }) => !stop.signal.aborted);
    if (renewed.length === 0) return;
    const askedAt = this.timeline.now;
    const lost = await this.schedule.renew(
      this.process.name,
      renewed.map(({ lease }) => lease),
    );
    for (const held of renewed) {
      if (lost.includes(held.lease.taskResultId)) held.stop.abort();
      else held.until = askedAt + LEASE_MS - MARGIN;
    }
  }

  async giveBack(): Promise<void> {
    const all = [...this.#held];
    for (const { stop } of all) stop.abort();
    if (all.length > 0)
      await this.schedule.release(
        this.process.name,
        all.map(({ lease }) => lease),
      );
  }
}
