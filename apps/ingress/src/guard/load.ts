/** Why requests are answered 503 before their body is read. */
export type ShedCause = 'bodies' | 'event_loop' | 'in_progress' | 'organization' | 'store' | 'unknown_hooks';

/** Requests in progress at which no more are read: the store refuses what waits beyond 2,048. */
const MOST = 1_792;
/** … at which an organization that has more than half of them waits alone. */
const BUSY = 1_024;
/** Event loop lag at which strangers wait, and at which all do: an answer must come within some seconds. */
const LAG_STRANGERS_MS = 200;
const LAG_ALL_MS = 500;
/** Failures in a row after which the store counts as away, and how often it is tried then. */
const AWAY_AFTER = 16;
const TRY_EVERY_MS = 100;

/** What this process is busy with, and whether it can take more. */
export class Load {
  #inProgress = 0;
  readonly #byOrganization = new Map<string, number>();
  #failures = 0;
  #triedAt = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds of any clock that does not go back */
  constructor(
    private readonly lagMs: () => number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Requests that are being answered. */
  get inProgress(): number {
    return this.#inProgress;
  }

  /** Whether it is busy enough that one organization may have to wait for the others. */
  get isBusy(): boolean {
    return this.#inProgress >= BUSY;
  }

  /** Why nobody's request is read now, or no stranger's; null when it is. */
  shedCause(isProven: boolean): ShedCause | null {
    if (this.lagMs() >= (isProven ? LAG_ALL_MS : LAG_STRANGERS_MS)) return 'event_loop';
    if (this.#inProgress >= MOST) return 'in_progress';
    return this.#isStoreAway() ? 'store' : null;
  }

  /** Whether this organization has more than half of all that is in progress while it is busy. */
  isCrowding(organizationId: string): boolean {
    return this.isBusy && (this.#byOrganization.get(organizationId) ?? 0) > this.#inProgress / 2;
  }

  /** Counts a request while it is being answered. @throws what `work` throws, which counts as a failure of the store */
  async during<T>(organizationId: string | null, work: () => Promise<T>): Promise<T> {
    this.#count(organizationId, 1);
    try {
      const answer = await work();
      this.#failures = 0;
      return answer;
    } catch (error) {
      this.#failures += 1;
      throw error;
    } finally {
      this.#count(organizationId, -1);
    }
  }

  #isStoreAway(): boolean {
    if (this.#failures < AWAY_AFTER) return false;
    const now = this.now();
    if (now - this.#triedAt < TRY_EVERY_MS) return true;
    this.#triedAt = now;
    return false;
  }

  #count(organizationId: string | null, by: number): void {
    this.#inProgress += by;
    if (organizationId === null) return;
    const count = (this.#byOrganization.get(organizationId) ?? 0) + by;
    if (count > 0) this.#byOrganization.set(organizationId, count);
    else this.#byOrganization.delete(organizationId);
  }
}
