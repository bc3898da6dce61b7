import { ApiError } from '../errors.js';

/** Tests that wait for their turn, in all. */
const MOST_WAITING = 8;

/** One test at a time, and one of each organization: what serves runs comes first. */
export class Turns {
  readonly #organizations = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();

  /** @throws ApiError `too_many`, and whatever the work throws */
  async take<T>(organizationId: string, work: () => Promise<T>): Promise<T> {
    if (this.#organizations.has(organizationId) || this.#organizations.size >= MOST_WAITING) {
      throw new ApiError('too_many', 'Another test is under way. Try again when it has ended.', [], { retryAfter: 5 });
    }
    this.#organizations.add(organizationId);
    const mine = this.#last.then(work).finally(() => this.#organizations.delete(organizationId));
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
