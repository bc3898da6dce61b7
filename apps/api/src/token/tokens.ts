import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { API_TOKEN_BYTES, apiToken, apiTokenHash, isWithin, type Role } from '@rungate/access';
import { LIMITS, type ApiToken, type NewApiToken } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { requesterOf } from '../edge/requester.js';
import { ApiError } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';

/** What a token is asked to be. */
export interface WantedToken extends Pick<NewApiToken, 'organizationId' | 'name' | 'managedBy' | 'expiresInDays'> {
  readonly role: Role;
}

/** Makes API tokens, none of which may do more than who asks for it. */
@Injectable()
export class Tokens {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  /** @throws ApiError `forbidden`, `too_many`. */
  async create(request: FastifyRequest, wanted: WantedToken): Promise<{ created: ApiToken; token: string }> {
    const { principal, actor: by } = requesterOf(request);
    if (!isWithin(wanted.role, principal.role)) {
      throw new ApiError('forbidden', `A token of the role ${wanted.role} could do more than who asks for it.`, [
        { pointer: '/role', detail: 'May do what you may not.' },
      ]);
    }
    const token = apiToken(randomBytes(API_TOKEN_BYTES));
    const created = await this.options.apiTokens.create({
      ...wanted,
      hash: apiTokenHash(token),
      lastFour: token.slice(-4),
      by,
    });
    if (created !== 'over_limit') return { created, token };
    throw new ApiError('too_many', `There are ${LIMITS.apiTokens} valid tokens already. Revoke one first.`);
  }
}
