import type { Readable } from 'node:stream';
import { ApiError } from '../errors.js';

/** How much of one kind of long work may be under way at once. */
export interface AtOnceLimits {
  /** For one organization, or one requester. */
  readonly each: number;
  readonly all: number;
}

const RETRY_AFTER_SECONDS = 5;

/** Counts long answers that are under way, so that nobody's exports take the database from the others. */
export class AtOnce {
  readonly #underWay = new Map<string, number>();
  #all = 0;

  /** @param what in words, plural: "exports" */
  constructor(
    private readonly what: string,
    private readonly limits: AtOnceLimits,
  ) {}

  /**
   * Takes a place for an answer that `make` begins; it is given back when the answer ends, however.
   * @throws ApiError `too_many`, and whatever `make` throws
   */
  async hold<Answer extends Readable>(key: string, make: () => Promise<Answer>): Promise<Answer> {
    this.#enter(key);
    try {
      const answer = await make();
      answer.once('close', () => {
        this.#leave(key);
      });
      return answer;
    } catch (error) {
      this.#leave(key);
      throw error;
    }
  }

  #enter(key: string): void {
    const mine = this.#underWay.get(key) ?? 0;
    if (mine >= this.limits.each || this.#all >= this.limits.all) {
      const detail = `Too many ${this.what} are under way. Try again when one has ended.`;
      throw new ApiError('too_many', detail, [], { retryAfter: RETRY_AFTER_SECONDS });
    }
    this.#underWay.set(key, mine + 1);
    this.#all += 1;
  }

  #leave(key: string): void {
    const left = (this.#underWay.get(key) ?? 1) - 1;
    if (left > 0) this.#underWay.set(key, left);
    else this.#underWay.delete(key);
    this.#all -= 1;
  }
}
