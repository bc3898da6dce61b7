/**
 * Counts by key within a span of time, then begins again. Keys are others' making, so their number is bounded: while there are
 * too many, new ones are not told apart and count nothing. (The limiters of rate-limiter-flexible hold a timer for each key,
 * and as many keys as there are.)
 */
export class Tally {
  readonly #counts = new Map<string, number>();
  #endsAt = 0;

  /** @param now milliseconds of any clock that does not go back */
  constructor(
    private readonly spanMs: number,
    private readonly mostKeys: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** What was counted for the key in this span. */
  of(key: string): number {
    this.#turn();
    return this.#counts.get(key) ?? 0;
  }

  add(key: string): void {
    this.#turn();
    const count = this.#counts.get(key);
    if (count === undefined && this.#counts.size >= this.mostKeys) return;
    this.#counts.set(key, (count ?? 0) + 1);
  }

  #turn(): void {
    const now = this.now();
    if (now < this.#endsAt) return;
    this.#counts.clear();
    this.#endsAt = now + this.spanMs;
  }
}
