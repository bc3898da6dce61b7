import { Injectable } from '@nestjs/common';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { ApiError } from '../errors.js';

/** Tokens and cookies that nobody has, which one address may show in a minute. */
const MISSES_PER_MINUTE = 300;
/** Credentials that are remembered as good, and for how long. */
const REMEMBERED = 10_000;
const REMEMBERED_MS = 5 * 60_000;

/** What guesses cost the database: an address has so many; what was good a moment ago is looked up all the same. */
@Injectable()
export class GuessBudget {
  readonly #misses = new RateLimiterMemory({ points: MISSES_PER_MINUTE, duration: 60 });
  /** Hash of a credential → until when. */
  readonly #good = new Map<string, number>();

  /** @throws ApiError `too_many`, and whatever `find` throws */
  async lookUp<T>(address: string, hash: Uint8Array, find: () => Promise<T | null>): Promise<T | null> {
    const key = Buffer.from(hash).toString('base64');
    if (!this.#isGood(key)) await this.#refuseSpent(address);
    const found = await find();
    if (found !== null) this.#remember(key);
    else await this.#misses.consume(address).catch(() => undefined);
    return found;
  }

  async #refuseSpent(address: string): Promise<void> {
    const spent = await this.#misses.get(address);
    if (spent === null || spent.consumedPoints < MISSES_PER_MINUTE) return;
    const retryAfter = Math.max(1, Math.ceil(spent.msBeforeNext / 1_000));
    const detail = 'Too many requests from this address had no valid token or session.';
    throw new ApiError('too_many', detail, [], { retryAfter });
  }

  #isGood(key: string): boolean {
    return (this.#good.get(key) ?? 0) > performance.now();
  }

  #remember(key: string): void {
    if (this.#good.size >= REMEMBERED) this.#good.clear();
    this.#good.set(key, performance.now() + REMEMBERED_MS);
  }
}
