import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  apiTokenHash,
  isApiToken,
  ORGANIZATION_ROLES,
  PLATFORM_ROLES,
  type Credential,
  type Principal,
} from '@rungate/access';
import type { FoundSession, TokenHolder } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Cookies } from '../session/cookies.js';
import { GuessBudget } from './guess-budget.js';

/** Who sent a request, and by which session. */
export interface Identified {
  readonly principal: Principal;
  /** Null: a program. */
  readonly session: FoundSession | null;
}

/** Finds out who sent a request: by its bearer token, else by the session that its cookie names. */
@Injectable()
export class Authentication {
  private readonly bootstrap: Buffer | null;

  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Cookies) private readonly cookies: Cookies,
    @Inject(GuessBudget) private readonly guesses: GuessBudget,
  ) {
    this.bootstrap = options.bootstrapToken === null ? null : digest(options.bootstrapToken);
  }

  /**
   * Null when the request shows nothing valid; why is told to nobody. `isActive`: counts against the idle limit.
   * @throws ApiError `too_many` for an address that guesses
   */
  async identify(request: FastifyRequest, isActive: boolean): Promise<Identified | null> {
    const { authorization } = request.headers;
    if (authorization === undefined) return this.#bySession(request, isActive);
    const token = /^Bearer +(\S{1,1000}) *$/i.exec(authorization)?.[1];
    const principal = token === undefined ? null : await this.#byToken(token, request.ip);
    return principal === null ? null : { principal, session: null };
  }

  async #byToken(token: string, address: string): Promise<Principal | null> {
    if (this.isBootstrap(token)) return { kind: 'bootstrap', role: 'bootstrap' };
    // The checksum spares the database what a typing error or a guess would ask.
    if (!isApiToken(token)) return null;
    const hash = apiTokenHash(token);
    const holder = await this.guesses.lookUp(address, hash, () => this.options.apiTokens.findHolder(hash, address));
    return holder === null ? null : principalFrom(holder, { kind: 'token', id: holder.id });
  }

  async #bySession(request: FastifyRequest, isActive: boolean): Promise<Identified | null> {
    const hash = this.cookies.hashIn(request, 'session');
    if (hash === null) return null;
    const session = await this.guesses.lookUp(request.ip, hash, () => this.options.sessions.find(hash, isActive));
    if (session === null) return null;
    const { id, holder, view } = session;
    const credential = { kind: 'session' as const, id, identityId: holder.identityId };
    // Whoever views an organization is one of its viewers, and nothing else, as long as that lasts.
    const { role, organization } = view === null ? holder : { role: 'viewer', organization: view.organization };
    const principal = principalFrom({ name: holder.name, role, organization, managedBy: null }, credential);
    return principal === null ? null : { principal, session };
  }

  /** Digests are compared, so that neither length nor content of the token shows in the time it takes. */
  private isBootstrap(token: string): boolean {
    return this.bootstrap !== null && timingSafeEqual(digest(token), this.bootstrap);
  }
}

type Holder = Pick<TokenHolder, 'name' | 'role' | 'managedBy' | 'organization'>;

/** Null for a role that this version does not know. */
function principalFrom(
  { name, role: written, managedBy, organization }: Holder,
  credential: Credential,
): Principal | null {
  if (organization === null) {
    const role = PLATFORM_ROLES.find((known) => known === written);
    return role === undefined ? null : { kind: 'platform', credential, name, role, managedBy };
  }
  const role = ORGANIZATION_ROLES.find((known) => known === written);
  const { id: organizationId, slug } = organization;
  return role === undefined
    ? null
    : { kind: 'organization', credential, name, role, organizationId, organization: slug };
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
