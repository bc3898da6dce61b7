import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { apiTokenHash, isApiToken, ORGANIZATION_ROLES, PLATFORM_ROLES, type Principal } from '@rungate/access';
import type { TokenHolder } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { API_OPTIONS, type ApiOptions } from '../options.js';

/** Finds out who sent a request, by its bearer token. */
@Injectable()
export class Authentication {
  private readonly bootstrap: Buffer | null;

  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {
    this.bootstrap = options.bootstrapToken === null ? null : digest(options.bootstrapToken);
  }

  /** Null when the request shows no valid token; why is told to nobody. */
  async principalOf(request: FastifyRequest): Promise<Principal | null> {
    const token = /^Bearer +(\S{1,1000}) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return null;
    if (this.isBootstrap(token)) return { kind: 'bootstrap', role: 'bootstrap' };
    // The checksum spares the database what a typing error or a guess would ask.
    if (!isApiToken(token)) return null;
    const holder = await this.options.apiTokens.findHolder(apiTokenHash(token), request.ip);
    return holder === null ? null : principalFrom(holder);
  }

  /** Digests are compared, so that neither length nor content of the token shows in the time it takes. */
  private isBootstrap(token: string): boolean {
    return this.bootstrap !== null && timingSafeEqual(digest(token), this.bootstrap);
  }
}

/** Null for a role that this version does not know. */
function principalFrom({ id: tokenId, name, role: written, managedBy, organization }: TokenHolder): Principal | null {
  if (organization === null) {
    const role = PLATFORM_ROLES.find((known) => known === written);
    return role === undefined ? null : { kind: 'platform', tokenId, name, role, managedBy };
  }
  const role = ORGANIZATION_ROLES.find((known) => known === written);
  const { id: organizationId, slug } = organization;
  return role === undefined ? null : { kind: 'organization', tokenId, name, role, organizationId, organization: slug };
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
