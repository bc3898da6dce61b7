import type { FixedClock } from './clock.js';

interface Event {
  readonly at: number;
  readonly run: () => void;
}

/** Virtual time: what is planned happens in order, and the clock jumps from one event to the next. */
export class Timeline {
  #events: Event[] = [];

  constructor(private readonly clock: FixedClock) {}

  /** Plans something in so many milliseconds. */
  after(ms: number, run: () => void): void {
    const event = { at: this.clock.now().getTime() + Math.max(0, ms), run };
    const later = this.#events.findIndex(({ at }) => at > event.at);
    this.#events.splice(later === -1 ? this.#events.length : later, 0, event);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  /** Lets time pass until it is done, nothing is planned any more, or so many milliseconds have gone. */
  async run(isDone: () => boolean, limitMs: number): Promise<void> {
    const end = this.clock.now().getTime() + limitMs;
    while (!isDone()) {
      const event = this.#events.shift();
      if (event === undefined || event.at > end) return;
      this.clock.advance(event.at - this.clock.now().getTime());
      event.run();
      // Every promise that can go on now does so before time moves on.
      await new Promise(setImmediate);
    }
  }
}
