import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ApiError } from '../errors.js';

const PER_MINUTE = 120;

/** How often one address may ask what needs no session: whoever tries links or domains is slow. */
@Injectable()
export class SignInBudget {
  readonly #limiter = new RateLimiterMemory({ points: PER_MINUTE, duration: 60 });

  /** False when it asked too often. */
  async take({ ip }: Pick<FastifyRequest, 'ip'>): Promise<boolean> {
    try {
      await this.#limiter.consume(ip);
      return true;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return false;
      throw refusal;
    }
  }
}

/** What an address is told that asked too often. */
export function tooManyTries(): ApiError {
  return new ApiError('too_many', 'Too many tries from this address.', [], { retryAfter: 60 });
}
