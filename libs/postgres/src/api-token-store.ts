import {
  LIMITS,
  type Actor,
  type ApiToken,
  type ApiTokenStore,
  type Clock,
  type Ids,
  type NewApiToken,
  type TokenHolder,
} from '@rungate/run-task';
import { noteAudit } from './audit-events.js';
import type { Prisma } from './generated/client.js';
import type { LoginPool } from './login-pool.js';
import { isUuid } from './organization-gate.js';
import { bytes } from './organization-store.js';
import type { PrismaOrganizationGate } from './prisma.js';
import type { ReadGate } from './read-gate.js';

/** What the store of API tokens is made of. */
export interface ApiTokenStorePorts {
  /** `rungate_organization`: finds a holder by hash, through a function. */
  readonly pool: LoginPool;
  readonly gate: PrismaOrganizationGate;
  readonly readGate: ReadGate;
  readonly ids: Ids;
  readonly clock: Clock;
}

type Work<T> = (tx: Prisma.TransactionClient) => Promise<T>;

const DAY_MS = 86_400_000;

/** API tokens: only their hashes are here. */
export class PostgresApiTokenStore implements ApiTokenStore {
  constructor(private readonly ports: ApiTokenStorePorts) {}

  async findHolder(hash: Uint8Array, address: string | null): Promise<TokenHolder | null> {
    const { rows } = await this.ports.pool.query<HolderRow>({
      name: 'find-api-token',
      text: 'SELECT * FROM find_api_token($1, $2)',
      values: [Buffer.from(hash), address],
    });
    const [row] = rows;
    if (row === undefined) return null;
    const { id, name, role, managed_by: managedBy, organization_id: organizationId, slug } = row;
    return {
      id,
      name,
      role,
      managedBy,
      organization: organizationId === null || slug === null ? null : { id: organizationId, slug },
    };
  }

  async create({ by, expiresInDays, hash, ...token }: NewApiToken): Promise<ApiToken | 'over_limit'> {
    const { ids, clock } = this.ports;
    const identityId = await this.#identityOf(by);
    return this.#in(token.organizationId, async (tx) => {
      const { organizationId } = token;
      const now = clock.now();
      if ((await tx.apiToken.count({ where: validOf(organizationId, now) })) >= LIMITS.apiTokens) return 'over_limit';
      const expiresAt = new Date(now.getTime() + expiresInDays * DAY_MS);
      const row = { ...token, id: ids.next(), createdBy: by.name, createdAt: now, expiresAt };
      await tx.apiToken.createMany({ data: [{ ...row, identityId, hash: bytes(Buffer.from(hash)) }] });
      const { name, role, managedBy, lastFour } = token;
      const after = { role, managedBy, lastFour, expiresAt: expiresAt.toISOString() };
      const subject = { kind: 'api-token', name };
      await noteAudit(tx, ids, { organizationId, by, action: 'api-token.created', subject, before: null, after });
      return { ...row, lastUsedAt: null, lastUsedFrom: null };
    });
  }

  /** Who answers for what somebody makes: a person, also through a token that he made. */
  async #identityOf({ kind, id }: Actor): Promise<string | null> {
    if (kind !== 'token') return kind === 'person' ? id : null;
    const { rows } = await this.ports.pool.query<{ identity: string | null }>({
      name: 'identity-of-token',
      text: 'SELECT identity_of_token($1) AS identity',
      values: [id],
    });
    return rows[0]?.identity ?? null;
  }

  list(organizationId: string | null, limit: number, after: string | null): Promise<readonly ApiToken[]> {
    if (after !== null && !isUuid(after)) return Promise.resolve([]);
    const scope =
      organizationId === null ? { kind: 'platform' as const } : { kind: 'organization' as const, organizationId };
    return this.ports.readGate.read(scope, (db) =>
      db.apiToken.findMany({
        where: { ...validOf(organizationId, this.ports.clock.now()), ...(after === null ? {} : { id: { lt: after } }) },
        orderBy: { id: 'desc' },
        take: limit,
        select: SHOWN,
      }),
    );
  }

  async revoke(organizationId: string | null, id: string, by: Actor): Promise<boolean> {
    if (!isUuid(id)) return false;
    const now = this.ports.clock.now();
    return this.#in(organizationId, async (tx) => {
      const where = { ...validOf(organizationId, now), id };
      const token = await tx.apiToken.findFirst({ where, select: SHOWN });
      const { count } = await tx.apiToken.updateMany({ where, data: { revokedAt: now } });
      if (token === null || count === 0) return false;
      const { name, role, lastFour } = token;
      const subject = { kind: 'api-token', name };
      const event = { organizationId, by, action: 'api-token.revoked' as const, subject, after: null };
      await noteAudit(tx, this.ports.ids, { ...event, before: { role, lastFour } });
      return true;
    });
  }

  #in<T>(organizationId: string | null, work: Work<T>): Promise<T> {
    return organizationId === null
      ? this.ports.readGate.writePlatform(work)
      : this.ports.gate.withOrganization(organizationId, work);
  }
}

const SHOWN = {
  id: true,
  organizationId: true,
  name: true,
  role: true,
  managedBy: true,
  lastFour: true,
  createdBy: true,
  createdAt: true,
  expiresAt: true,
  lastUsedAt: true,
  lastUsedFrom: true,
} as const satisfies Prisma.ApiTokenSelect;

interface HolderRow {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly managed_by: string | null;
  readonly organization_id: string | null;
  readonly slug: string | null;
}

function validOf(organizationId: string | null, now: Date): Prisma.ApiTokenWhereInput {
  return { organizationId, revokedAt: null, expiresAt: { gt: now } };
}
