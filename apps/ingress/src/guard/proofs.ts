/** A signature that was valid speaks for its sender so long. */
const PROVES_MS = 60 * 60_000;
/** A proof is dated anew at most so often: most requests then change nothing. */
const RENEWED_MS = 60_000;

/** Senders whose signature was valid within the hour, the newest of them: others cannot make entries here. */
export class Proofs {
  readonly #provenAt = new Map<string, number>();

  /** @param now milliseconds of any clock that does not go back */
  constructor(
    private readonly most: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  has(key: string): boolean {
    const at = this.#provenAt.get(key);
    return at !== undefined && this.now() - at < PROVES_MS;
  }

  add(key: string): void {
    const now = this.now();
    const at = this.#provenAt.get(key);
    if (at !== undefined && now - at < RENEWED_MS) return;
    // Taken out first, so that the order is by age.
    this.#provenAt.delete(key);
    const [oldest] = this.#provenAt.size >= this.most ? this.#provenAt.keys() : [];
    if (oldest !== undefined) this.#provenAt.delete(oldest);
    this.#provenAt.set(key, now);
  }
}
