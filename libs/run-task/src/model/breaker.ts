/** How a request to a host ended, as far as it tells whether the host works. */
export type HostSign =
  /** It answered, whatever it said: it works. */
  | 'sound'
  /** No connection: nobody's request can have caused it. */
  | 'unreachable'
  /** 5xx, no answer in time, no trusted TLS: the host, or what this organization sent or trusts. */
  | 'failing';

/** So many failures in a row open a breaker. */
const FAILURES = 5;
const SHORTEST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Whether a host takes requests now, from how they ended. Open after failures in a row; then one request after a pause
 * tells whether it works again, and the pause doubles while it does not. Time is given, never taken.
 *
 * Ours, since a library's breaker counts calls, not whose they were: with `organizations` 2, an organization that drives a
 * shared host to 5xx by what it sends does not close it to the others.
 */
export class Breaker {
  #failures = 0;
  #unreachable = 0;
  #pauseMs = SHORTEST_PAUSE_MS;
  readonly #organizations = new Set<string>();
  /** Null: requests pass. */
  #nextProbeAt: number | null = null;
  #isProbing = false;
  #lastSignAt = 0;

  /** @param organizations from how many organizations failures must come, unless nobody can connect. */
  constructor(private readonly organizations: number) {}

  get isOpen(): boolean {
    return this.#nextProbeAt !== null;
  }

  /** Whether a request may be sent: always, or as the one that tells whether the host works again. */
  passes(now: Date): boolean {
    return this.#nextProbeAt === null || now.getTime() >= this.#nextProbeAt;
  }

  /** A request is being sent: nobody else tries while it is under way, or for as long as a pause. */
  sending(now: Date): void {
    if (!this.isOpen || !this.passes(now)) return;
    this.#isProbing = true;
    this.#nextProbeAt = now.getTime() + this.#pauseMs;
  }

  /** How a request ended. True when that opened or closed the breaker. */
  note(sign: HostSign, organizationId: string, now: Date): boolean {
    this.#lastSignAt = now.getTime();
    return sign === 'sound' ? this.#close() : this.#fail(sign, organizationId, now);
  }

  /** Nothing was heard for so long that what was known is worth nothing. */
  isForgotten(now: Date): boolean {
    return now.getTime() - this.#lastSignAt > 20 * LONGEST_PAUSE_MS;
  }

  #close(): boolean {
    const wasOpen = this.isOpen;
    this.#failures = 0;
    this.#unreachable = 0;
    this.#pauseMs = SHORTEST_PAUSE_MS;
    this.#organizations.clear();
    this.#nextProbeAt = null;
    this.#isProbing = false;
    return wasOpen;
  }

  #fail(sign: Exclude<HostSign, 'sound'>, organizationId: string, now: Date): boolean {
    this.#failures += 1;
    if (sign === 'unreachable') this.#unreachable += 1;
    this.#organizations.add(organizationId);
    if (this.isOpen) {
      this.#reopen(now);
      return false;
    }
    const isHost = this.#failures >= FAILURES && this.#organizations.size >= this.organizations;
    if (!isHost && this.#unreachable < FAILURES) return false;
    this.#nextProbeAt = now.getTime() + this.#pauseMs;
    return true;
  }

  /** Once for each probe: what was under way when the breaker opened tells nothing new. */
  #reopen(now: Date): void {
    if (!this.#isProbing) return;
    this.#isProbing = false;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
    this.#nextProbeAt = now.getTime() + this.#pauseMs;
  }
}
