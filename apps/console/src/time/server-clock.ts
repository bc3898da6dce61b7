/** When a request was sent and its answer received, by this browser's clock, ms since 1970. */
export interface Exchange {
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** A moment that an answer names. */
interface Told extends Exchange {
  readonly at: number;
  /** How much later it may really have been: a `Date` header tells whole seconds. */
  readonly slackMs: number;
}

const HEADER_SLACK_MS = 1_000;

/**
 * How far the clock that deadlines are told by is ahead of this browser's. Each answer bounds it from both sides; answers
 * together narrow it. A browser whose clock may be right is taken to be.
 */
export class ServerClock {
  #least = -Infinity;
  #most = Infinity;
  #isExact = false;

  /** To be added to this browser's clock, ms. */
  get aheadMs(): number {
    if (this.#least <= 0 && this.#most >= 0) return 0;
    return Math.round((this.#least + this.#most) / 2);
  }

  /** A `Date` header: counts until an answer told the time of the database. */
  header(written: string | null, exchange: Exchange): void {
    const at = Date.parse(written ?? '');
    if (this.#isExact || Number.isNaN(at)) return;
    this.#narrow({ at, slackMs: HEADER_SLACK_MS, ...exchange });
  }

  /** A moment by the database's clock, in an answer. */
  exact(written: string, exchange: Exchange): void {
    if (!this.#isExact) this.#forget();
    this.#isExact = true;
    this.#narrow({ at: Date.parse(written), slackMs: 0, ...exchange });
  }

  #narrow({ at, slackMs, sentAt, receivedAt }: Told): void {
    const [least, most] = [at - receivedAt, at + slackMs - sentAt];
    // One of the clocks was set anew.
    if (least > this.#most || most < this.#least) this.#forget();
    this.#least = Math.max(this.#least, least);
    this.#most = Math.min(this.#most, most);
  }

  #forget(): void {
    this.#least = -Infinity;
    this.#most = Infinity;
  }
}

/** The one of this tab. */
export const serverClock = new ServerClock();

/** A moment of this browser's clock by the server's, ms since 1970. */
export function serverTimeOf(browserMs: number): number {
  return browserMs + serverClock.aheadMs;
}
