/** One request to a hook in a minute is looked into, whatever is sent. */
const HOOK_EVERY_MS = 60_000;
/** One request of a process in this time, over all hooks: a flood of wrong signatures must not cost more than unknown hooks. */
const ANY_EVERY_MS = 500;
/** Hooks that are counted at once; made-up ids push others out, and cost them a sample. */
const MOST_HOOKS = 10_000;

interface Counted {
  sampledAt: number;
  /** Since then, and not told yet. */
  count: number;
}

/** Chooses which refused requests are worth a look. */
export class Samples {
  readonly #hooks = new Map<string, Counted>();
  #lastAt = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds of any clock that does not go back */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Counts a refused request that is not looked into. */
  count(hookId: string): void {
    const known = this.#hooks.get(hookId);
    if (known !== undefined) known.count += 1;
  }

  /** How many refused requests to this hook the look stands for; null: not this time. */
  take(hookId: string): number | null {
    const now = this.now();
    const known = this.#hooks.get(hookId);
    const isDue = known === undefined || now - known.sampledAt >= HOOK_EVERY_MS;
    if (!isDue || now - this.#lastAt < ANY_EVERY_MS) {
      if (known !== undefined) known.count += 1;
      return null;
    }
    this.#lastAt = now;
    if (known === undefined && this.#hooks.size >= MOST_HOOKS) this.#hooks.clear();
    this.#hooks.set(hookId, { sampledAt: now, count: 0 });
    return (known?.count ?? 0) + 1;
  }
}
