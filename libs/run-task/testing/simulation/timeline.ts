import type { FixedClock } from '../clock.js';

interface Event {
  readonly at: number;
  /** Which was planned first: what happens at one moment happens in that order. */
  readonly order: number;
  readonly run: () => unknown;
}

/** What an event answers that set nothing in motion: time may go on at once. */
export const NOTHING = Symbol('nothing');

/** Virtual time: what is planned happens in order, and the clock jumps from one event to the next. */
export class Timeline {
  /** A binary heap: the next event first. */
  readonly #events: Event[] = [];
  #planned = 0;

  constructor(private readonly clock: FixedClock) {}

  /** Milliseconds since the epoch. */
  get now(): number {
    return this.clock.ms;
  }

  /** Plans something in so many milliseconds, whole ones as a date has them. */
  after(ms: number, run: () => unknown): void {
    this.#planned += 1;
    this.#push({ at: this.now + Math.max(0, Math.ceil(ms)), order: this.#planned, run });
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  /** Lets time pass until it is done, nothing is planned any more, or so many milliseconds have gone. */
  async run(isDone: () => boolean, limitMs: number): Promise<void> {
    const end = this.now + limitMs;
    while (!isDone()) {
      const next = this.#events[0];
      if (next === undefined || next.at > end) return;
      this.#shift();
      this.clock.advance(next.at - this.now);
      // Every promise that can go on now does so before time moves on.
      if (next.run() !== NOTHING) await new Promise(setImmediate);
    }
  }

  #push(event: Event): void {
    let at = this.#events.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = this.#events[parent];
      if (above === undefined || isBefore(above, event)) break;
      this.#events[at] = above;
      at = parent;
    }
    this.#events[at] = event;
  }

  #shift(): void {
    const last = this.#events.pop();
    if (last === undefined || this.#events.length === 0) return;
    let at = 0;
    for (;;) {
      const child = this.#earlierChild(at);
      if (child === null || isBefore(last, child.event)) break;
      this.#events[at] = child.event;
      at = child.at;
    }
    this.#events[at] = last;
  }

  #earlierChild(parent: number): { readonly at: number; readonly event: Event } | null {
    const [left, right] = [this.#events[2 * parent + 1], this.#events[2 * parent + 2]];
    if (left === undefined) return null;
    if (right !== undefined && isBefore(right, left)) return { at: 2 * parent + 2, event: right };
    return { at: 2 * parent + 1, event: left };
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
