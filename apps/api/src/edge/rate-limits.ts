import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ApiError } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { requesterKey } from './requester.js';

const WINDOW_SECONDS = 10;

/** How often one token may ask of this process: a program in a loop leaves the rest of the API to others. */
@Injectable()
export class RateLimits {
  readonly #limiter: RateLimiterMemory;

  constructor(@Inject(API_OPTIONS) { requestsPerSecond }: ApiOptions) {
    this.#limiter = new RateLimiterMemory({ points: requestsPerSecond * WINDOW_SECONDS, duration: WINDOW_SECONDS });
  }

  /** @throws ApiError `too_many` with the seconds to wait. */
  async take(request: FastifyRequest): Promise<void> {
    try {
      await this.#limiter.consume(requesterKey(request));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000));
      throw new ApiError('too_many', `This token asks too often. Ask again in ${seconds} s.`, [], {
        retryAfter: seconds,
      });
    }
  }
}
