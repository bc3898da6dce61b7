import type { Clock, Ids } from '../src/index.js';

/** A clock that stands still until it is told to move. */
export class FixedClock implements Clock {
  #now: number;

  constructor(start = new Date('2026-11-21T12:00:00.000Z')) {
    this.#now = start.getTime();
  }

  /** Milliseconds since the epoch. */
  get ms(): number {
    return this.#now;
  }

  now(): Date {
    return new Date(this.#now);
  }

  /** Moves on by so many milliseconds. */
  advance(ms: number): void {
    this.#now += ms;
  }
}

/** Ids that sort by time, made of a counter. */
export class CountingIds implements Ids {
  #last = 0;

  next(): string {
    this.#last += 1;
    return `00000000-0000-7000-8000-${String(this.#last).padStart(12, '0')}`;
  }
}
