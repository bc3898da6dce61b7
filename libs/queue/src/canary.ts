/** The end of a queue that a canary watches. */
export interface Watched {
  /** How many tickets wait; rejects when the queue does not answer. */
  waiting(): Promise<number>;
  /** Puts a ticket there; false when the queue does not answer. */
  issue(): Promise<boolean>;
  /** Grows with each ticket that is taken, and with each new connection. */
  signsOfLife(): number;
  /** Whether it would take a ticket now: connected, and with a free slot. */
  isOpen(): boolean;
  /** Whether tickets cannot be put there, as far as is known. */
  isAway(): boolean;
  /** It took nothing though tickets waited all the time. */
  wedged(): void;
}

/** How often a canary looks. */
export const CANARY_EVERY_MS = 5_000;
/** Looks in a row that find a ticket waiting and nobody who takes it: 20 s. */
const PATIENCE = 4;

/**
 * Finds a consumer that has gone deaf without an error: a ticket is kept waiting for it, so that one which is alive has
 * something to take. Counted in looks, not by a clock, so that a process which stood still begins anew. Tickets that
 * others take are no sign of deafness: then the queue is served, and many consumers would share few canaries.
 */
export class Canary {
  #timer: NodeJS.Timeout | null = null;
  #signs = -1;
  #ignored = 0;
  #closed = false;

  constructor(
    private readonly watched: Watched,
    private readonly everyMs: number,
  ) {
    this.#next();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #next(): void {
    this.#timer = setTimeout(() => {
      void this.#look().then(() => {
        if (!this.#closed) this.#next();
      });
    }, this.everyMs);
  }

  async #look(): Promise<void> {
    this.#ignored = (await this.#isIgnored()) ? this.#ignored + 1 : 0;
    if (this.#ignored < PATIENCE || this.#closed) return;
    this.#ignored = 0;
    this.watched.wedged();
  }

  /** Whether a ticket waits that should have been taken by now; puts one there when there is none. */
  async #isIgnored(): Promise<boolean> {
    const { watched } = this;
    if (!watched.isOpen()) return false;
    const waiting = await watched.waiting().catch(() => null);
    // While it is away, too: who is connected again finds out so whether it can be used.
    if (waiting === 0 || watched.isAway()) await watched.issue();
    const signs = watched.signsOfLife();
    const isQuiet = signs === this.#signs && watched.isOpen() && !watched.isAway();
    this.#signs = signs;
    return isQuiet && waiting !== null && waiting > 0;
  }
}
