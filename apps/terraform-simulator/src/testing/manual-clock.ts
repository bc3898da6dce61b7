import type { SimulatorClock } from '../clock.js';

interface Alarm {
  readonly at: number;
  readonly action: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements SimulatorClock {
  #now = Date.UTC(2026, 0, 1);
  readonly #alarms = new Set<Alarm>();

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    const alarm = { at: this.#now + ms, action };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  /** Moves the time on and rings what is due, earliest first. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#alarms.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.action();
    }
    this.#now = until;
  }

  #next(until: number): Alarm | undefined {
    return [...this.#alarms].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
  }
}
