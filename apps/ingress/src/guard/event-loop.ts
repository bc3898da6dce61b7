const SAMPLE_EVERY_MS = 50;
/** How much of the smoothed lag one sample is: about a second counts. */
const WEIGHT = 0.05;
/** One long pause is over when it is noticed; what counts is that they go on. */
const MOST_OF_A_SAMPLE_MS = 1_000;

/** How late the event loop is: what a request waits before anybody looks at it. */
export class EventLoop {
  readonly #timer: NodeJS.Timeout;
  #lagMs = 0;
  #expectedAt = performance.now() + SAMPLE_EVERY_MS;

  constructor() {
    this.#timer = setInterval(() => {
      const now = performance.now();
      const late = Math.min(MOST_OF_A_SAMPLE_MS, Math.max(0, now - this.#expectedAt));
      this.#lagMs += WEIGHT * (late - this.#lagMs);
      this.#expectedAt = now + SAMPLE_EVERY_MS;
    }, SAMPLE_EVERY_MS);
    this.#timer.unref();
  }

  /** Smoothed over about a second, milliseconds. */
  get lagMs(): number {
    return this.#lagMs;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
