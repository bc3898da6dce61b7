import type {
  Actor,
  Clock,
  EndedSession,
  FoundSession,
  Ids,
  NewSession,
  SessionStore,
  ShownSession,
} from '@rungate/run-task';
import { noteAudit } from '../audit-events.js';
import type { Prisma } from '../generated/client.js';
import type { Keyring } from '../keyring.js';
import type { LoginPool } from '../login-pool.js';
import { isUuid } from '../organization-gate.js';
import { bytes } from '../organization-store.js';
import type { PrismaOrganizationGate } from '../prisma.js';
import type { ReadGate } from '../read-gate.js';
import { organizationOf } from './plane.js';
import { openSsoSecretIfPossible, sealSsoSecret } from './sso-secrets.js';

/** What the store of sessions is made of. */
export interface SessionStorePorts {
  /** `rungate_organization`: finds a session by hash, through a function. */
  readonly pool: LoginPool;
  readonly gate: PrismaOrganizationGate;
  readonly readGate: ReadGate;
  readonly keyring: Keyring;
  readonly ids: Ids;
  readonly clock: Clock;
  /** Whether sessions of the development provider count. */
  readonly development: boolean;
}

const SHOWN_SESSIONS = 100;

/** Sessions: only hashes of what browsers hold are here. */
export class PostgresSessionStore implements SessionStore {
  constructor(private readonly ports: SessionStorePorts) {}

  async open(opened: NewSession): Promise<void> {
    const { organizationId, hash, absoluteSeconds, idToken, by, reason = null, ...session } = opened;
    const { ids, clock, keyring } = this.ports;
    const now = clock.now();
    const id = ids.next();
    const place = { column: 'sessions.sealed_id_token' as const, organizationId, id };
    const { identityId, idleSeconds, steppedUpAt, providerSession, userAgent } = session;
    const row = {
      id,
      organizationId,
      identityId,
      hash: bytes(Buffer.from(hash)),
      createdAt: now,
      seenAt: now,
      idleSeconds,
      endsAt: new Date(now.getTime() + absoluteSeconds * 1_000),
      steppedUpAt,
      providerSession,
      sealedIdToken: idToken === null ? null : bytes(sealSsoSecret(keyring, place, idToken)),
      userAgent,
      address: by.address,
    };
    await this.#in(organizationId, async (tx) => {
      await tx.session.createMany({ data: [row] });
      await noteAudit(tx, ids, {
        organizationId,
        by,
        action: 'session.opened',
        subject: { kind: 'session', name: id },
        before: null,
        after: { userAgent, endsAt: row.endsAt.toISOString() },
        reason,
      });
    });
  }

  async find(hash: Uint8Array, isActive: boolean): Promise<FoundSession | null> {
    const { rows } = await this.ports.pool.query<SessionRow>({
      name: 'find-session',
      text: 'SELECT * FROM find_session($1, $2, $3)',
      values: [Buffer.from(hash), isActive, this.ports.development],
    });
    return rows[0] === undefined ? null : foundSession(rows[0]);
  }

  async end(hash: Uint8Array, address: string | null): Promise<EndedSession | null> {
    const { rows } = await this.ports.pool.query<EndedRow>('SELECT * FROM end_session($1)', [Buffer.from(hash)]);
    const [row] = rows;
    if (row === undefined) return null;
    const { id, identity_id: identityId, connection_id: connectionId, organization_id: organizationId } = row;
    await this.#noteEnd(row, address);
    const place = { column: 'sessions.sealed_id_token' as const, organizationId, id };
    const idToken = row.id_token === null ? null : openSsoSecretIfPossible(this.ports.keyring, place, row.id_token);
    return { id, identityId, connectionId, idToken };
  }

  async endOfProvider(
    connectionId: string,
    { subject, session }: { subject: string | null; session: string | null },
  ): Promise<number> {
    return this.#count('SELECT end_provider_sessions($1, $2, $3) AS count', [connectionId, subject, session]);
  }

  endDevelopment(): Promise<number> {
    return this.#count('SELECT end_development_sessions() AS count', []);
  }

  list(organizationId: string | null, identityId: string): Promise<readonly ShownSession[]> {
    const scope =
      organizationId === null ? { kind: 'platform' as const } : { kind: 'organization' as const, organizationId };
    return this.ports.readGate.read(scope, (db) => lasting(db, { identityId }, this.ports.clock.now()));
  }

  async revoke(
    organizationId: string | null,
    { id, identityId }: { id: string; identityId: string },
    by: Actor,
  ): Promise<boolean> {
    if (!isUuid(id)) return false;
    return (await this.#revoke(organizationId, { id, identityId }, by)) > 0;
  }

  revokeAll(organizationId: string | null, identityId: string | null, by: Actor): Promise<number> {
    return this.#revoke(organizationId, identityId === null ? {} : { identityId }, by);
  }

  async #noteEnd(
    { id, identity_id: identityId, organization_id: organizationId }: EndedRow,
    address: string | null,
  ): Promise<void> {
    await this.#in(organizationId, async (tx) => {
      const holder = await tx.identity.findFirst({ where: { id: identityId }, select: { name: true, role: true } });
      if (holder === null) return;
      await noteAudit(tx, this.ports.ids, {
        organizationId,
        by: { kind: 'person', id: identityId, ...holder, address },
        action: 'session.ended',
        subject: { kind: 'session', name: id },
        before: null,
        after: null,
      });
    });
  }

  #revoke(organizationId: string | null, which: Prisma.SessionWhereInput, by: Actor): Promise<number> {
    const now = this.ports.clock.now();
    return this.#in(organizationId, async (tx) => {
      const where = { ...which, organizationId, revokedAt: null, endsAt: { gt: now } };
      const { count } = await tx.session.updateMany({ where, data: { revokedAt: now } });
      if (count === 0) return 0;
      await noteAudit(tx, this.ports.ids, {
        organizationId,
        by,
        action: 'session.revoked',
        subject: { kind: 'session', name: textOf(which.id) ?? textOf(which.identityId) ?? 'all' },
        before: { sessions: count },
        after: null,
      });
      return count;
    });
  }

  async #count(text: string, values: unknown[]): Promise<number> {
    const { rows } = await this.ports.pool.query<{ count: number }>(text, values);
    return rows[0]?.count ?? 0;
  }

  #in<T>(organizationId: string | null, work: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    return organizationId === null
      ? this.ports.readGate.writePlatform(work)
      : this.ports.gate.withOrganization(organizationId, work);
  }
}

function lasting(db: Prisma.TransactionClient, which: Prisma.SessionWhereInput, now: Date): Promise<ShownSession[]> {
  return db.session.findMany({
    where: { ...which, revokedAt: null, endsAt: { gt: now } },
    select: { id: true, createdAt: true, seenAt: true, endsAt: true, userAgent: true, address: true },
    orderBy: { id: 'desc' },
    take: SHOWN_SESSIONS,
  });
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

interface SessionRow {
  readonly id: string;
  readonly identity_id: string;
  readonly connection_id: string;
  readonly type: string;
  readonly name: string;
  readonly email: string | null;
  readonly subject: string;
  readonly role: string;
  readonly organization_id: string | null;
  readonly slug: string | null;
  readonly idle_ends_at: Date;
  readonly ends_at: Date;
  readonly stepped_up_at: Date | null;
  /** Null, with all that follows: the session views no organization. */
  readonly view_id: string | null;
  readonly viewed_id: string;
  readonly viewed_slug: string;
  readonly view_ends_at: Date;
  readonly view_reason: string;
}

interface EndedRow {
  readonly id: string;
  readonly identity_id: string;
  readonly connection_id: string;
  readonly organization_id: string | null;
  readonly id_token: Buffer | null;
}

function foundSession(row: SessionRow): FoundSession {
  const { organization_id: organizationId, slug } = row;
  return {
    id: row.id,
    holder: {
      identityId: row.identity_id,
      connectionId: row.connection_id,
      isByLink: row.type === 'link',
      subject: row.subject,
      name: row.name,
      email: row.email,
      role: row.role,
      organization: organizationOf(organizationId, slug),
    },
    idleEndsAt: row.idle_ends_at,
    endsAt: row.ends_at,
    steppedUpAt: row.stepped_up_at,
    view: viewOf(row),
  };
}

function viewOf({
  view_id: id,
  viewed_id,
  viewed_slug: slug,
  view_ends_at,
  view_reason,
}: SessionRow): FoundSession['view'] {
  if (id === null) return null;
  return { id, organization: { id: viewed_id, slug }, endsAt: view_ends_at, reason: view_reason };
}
