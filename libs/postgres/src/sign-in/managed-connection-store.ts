import { isDeepStrictEqual } from 'node:util';
import {
  LIMITS,
  type Actor,
  type ConnectionChange,
  type ConnectionSettings,
  type ConnectionTest,
  type DesiredSettings,
  type ManagedConnection,
  type ManagedConnectionStore,
  type MetadataToRead,
} from '@rungate/run-task';
import { noteAudit, only, type AuditAction } from '../audit-events.js';
import { Prisma } from '../generated/client.js';
import { isUuid } from '../organization-gate.js';
import { bytes } from '../organization-store.js';
import { storableJson } from '../stored.js';
import type { ConnectionStorePorts } from './connection-store.js';
import { auditedSettings, certificateName, managedConnectionOf, SHOWN, storedTest } from './managed-connection-row.js';
import { sealSsoSecret } from './sso-secrets.js';

type Tx = Prisma.TransactionClient;

const FIELDS = [
  'type',
  'name',
  'issuer',
  'clientId',
  'scopes',
  'metadataUrl',
  'signInUrl',
  'certificates',
  'privateRanges',
  'caBundle',
  'attributeMap',
  'requiredClaims',
  'roleRules',
  'defaultRole',
  'jit',
  'idleMinutes',
  'absoluteMinutes',
  'discoverable',
] as const satisfies readonly (keyof ConnectionSettings)[];
const DAY_MS = 24 * 3_600_000;
/** What a try says nothing about: another name needs no other try. */
const UNTRIED: ReadonlySet<string> = new Set(['name', 'discoverable', 'idleMinutes', 'absoluteMinutes']);

/** Connections as those who manage them see and change them. */
export class PostgresManagedConnectionStore implements ManagedConnectionStore {
  constructor(private readonly ports: ConnectionStorePorts) {}

  list(organizationId: string | null, limit: number, after: string | null): Promise<readonly ManagedConnection[]> {
    if (after !== null && !isUuid(after)) return Promise.resolve([]);
    return this.#read(organizationId, async (db) => {
      const where = { ...managed(organizationId), ...(after === null ? {} : { id: { lt: after } }) };
      const rows = await db.ssoConnection.findMany({ where, select: SHOWN, orderBy: { id: 'desc' }, take: limit });
      return rows.map(managedConnectionOf);
    });
  }

  find(organizationId: string | null, id: string): Promise<ManagedConnection | null> {
    return this.#read(organizationId, (db) => findOne(db, organizationId, id));
  }

  async create(
    organizationId: string | null,
    { settings, clientSecret = null }: DesiredSettings,
    by: Actor,
  ): Promise<ManagedConnection | 'over_limit'> {
    const id = this.ports.ids.next();
    return this.#write(organizationId, async (tx) => {
      const where = { ...managed(organizationId), status: { not: 'disabled' } };
      if ((await tx.ssoConnection.count({ where })) >= LIMITS.connections) return 'over_limit';
      const secret = this.#sealed(organizationId, id, clientSecret);
      const row = { id, organizationId, status: 'draft', ...columns(settings), ...secret };
      await tx.ssoConnection.createMany({ data: [row] });
      const created = await findOne(tx, organizationId, id);
      if (created === null) throw new Error('The connection that was just made is not there.');
      await this.#note(tx, {
        organizationId,
        by,
        action: 'connection.created',
        of: created,
        after: auditedSettings(settings),
      });
      return created;
    });
  }

  async change(
    organizationId: string | null,
    id: string,
    { settings, clientSecret }: DesiredSettings,
    { expected, by }: ConnectionChange,
  ): Promise<ManagedConnection | 'not_found' | 'stale'> {
    return this.#write(organizationId, async (tx) => {
      const current = await findOne(tx, organizationId, id);
      if (current === null) return 'not_found';
      if (isAnother(expected, current)) return 'stale';
      const changed = FIELDS.filter((field) => !isDeepStrictEqual(current[field], settings[field]));
      if (changed.length === 0 && clientSecret === undefined) return current;
      const secret = clientSecret === undefined ? {} : this.#sealed(organizationId, id, clientSecret);
      const { count } = await tx.ssoConnection.updateMany({
        where: { ...managed(organizationId), id, revision: current.revision },
        data: {
          ...{ ...columns(settings), ...secret },
          ...endedBy(changed, { isSecretNew: clientSecret !== undefined }),
          revision: { increment: 1 },
        },
      });
      if (count === 0) return 'stale';
      const note = { organizationId, by, action: 'connection.changed' as const, of: current };
      await this.#note(tx, {
        ...note,
        ...difference(current, settings, changed, { isSecretNew: clientSecret !== undefined }),
      });
      return (await findOne(tx, organizationId, id)) ?? 'not_found';
    });
  }

  async activate(
    organizationId: string | null,
    id: string,
    revision: number,
    by: Actor,
  ): Promise<ManagedConnection | 'stale'> {
    return this.#write(organizationId, async (tx) => {
      const { count } = await tx.ssoConnection.updateMany({
        where: { ...managed(organizationId), id, revision, testedAt: { not: null } },
        data: { status: 'active', activatedAt: this.ports.clock.now(), revision: { increment: 1 } },
      });
      const found = count === 0 ? null : await findOne(tx, organizationId, id);
      if (found === null) return 'stale';
      await this.#note(tx, { organizationId, by, action: 'connection.activated', of: found });
      return found;
    });
  }

  async disable(organizationId: string | null, id: string, by: Actor): Promise<ManagedConnection | 'not_found'> {
    return this.#write(organizationId, async (tx) => {
      const before = await findOne(tx, organizationId, id);
      if (before === null) return 'not_found';
      if (before.status === 'disabled') return before;
      await tx.ssoConnection.updateMany({
        where: { ...managed(organizationId), id },
        data: { status: 'disabled', revision: { increment: 1 } },
      });
      // Nobody of it is a member any more: what they made tokens for is over (P1-13).
      await tx.$executeRaw`SELECT end_tokens_of(i.id) FROM identities i WHERE i.connection_id = ${id}::uuid`;
      await this.#note(tx, { organizationId, by, action: 'connection.disabled', of: before });
      return (await findOne(tx, organizationId, id)) ?? 'not_found';
    });
  }

  async takeDueMetadata(atMost: number): Promise<readonly MetadataToRead[]> {
    const now = this.ports.clock.now();
    const before = new Date(now.getTime() - DAY_MS);
    const isDue = { OR: [{ metadataSeenAt: null }, { metadataSeenAt: { lt: before } }] };
    const due = await this.ports.readGate.read({ kind: 'platform' }, (db) =>
      db.ssoConnection.findMany({
        where: { type: 'saml', status: 'active', development: false, metadataUrl: { not: null }, ...isDue },
        select: { ...SHOWN, organizationId: true },
        orderBy: { metadataSeenAt: { sort: 'asc', nulls: 'first' } },
        take: atMost,
      }),
    );
    const taken: MetadataToRead[] = [];
    for (const { organizationId, ...row } of due) {
      const { count } = await this.#write(organizationId, (tx) =>
        tx.ssoConnection.updateMany({ where: { id: row.id, ...isDue }, data: { metadataSeenAt: now } }),
      );
      if (count > 0) taken.push({ organizationId, connection: managedConnectionOf(row) });
    }
    return taken;
  }

  async offerCertificates(
    organizationId: string | null,
    id: string,
    { certificates, by }: { readonly certificates: readonly string[] | null; readonly by: Actor },
  ): Promise<void> {
    await this.#write(organizationId, async (tx) => {
      const current = await findOne(tx, organizationId, id);
      if (current === null || isDeepStrictEqual(current.offered?.certificates ?? null, certificates)) return;
      const offered = certificates === null ? null : { certificates, seenAt: this.ports.clock.now() };
      await tx.ssoConnection.updateMany({ where: { ...managed(organizationId), id }, data: offerColumns(offered) });
      if (certificates === null) return;
      const after = { certificates: certificates.map(certificateName) };
      await this.#note(tx, { organizationId, by, action: 'connection.certificate-offered', of: current, after });
    });
  }

  certificatesInUse(): Promise<readonly (readonly string[])[]> {
    return this.ports.readGate.read({ kind: 'platform' }, async (db) => {
      const where = { type: 'saml', status: 'active' };
      const rows = await db.ssoConnection.findMany({ where, select: SHOWN });
      return rows.map((row) => managedConnectionOf(row).certificates);
    });
  }

  async noteTest(
    organizationId: string | null,
    { id, revision, test }: { readonly id: string; readonly revision: number; readonly test: ConnectionTest },
  ): Promise<boolean> {
    return this.#write(organizationId, async (tx) => {
      const { count } = await tx.ssoConnection.updateMany({
        where: { ...managed(organizationId), id, revision },
        data: { test: storableJson(storedTest(test)), testedAt: test.passed ? test.at : null },
      });
      return count > 0;
    });
  }

  #sealed(
    organizationId: string | null,
    id: string,
    secret: string | null,
  ): Pick<Prisma.SsoConnectionCreateManyInput, 'sealedClientSecret'> {
    const place = { column: 'sso_connections.sealed_client_secret' as const, organizationId, id };
    return { sealedClientSecret: secret === null ? null : bytes(sealSsoSecret(this.ports.keyring, place, secret)) };
  }

  #note(tx: Tx, { organizationId, by, action, of: { id, name }, before = null, after = {} }: Note): Promise<void> {
    return noteAudit(tx, this.ports.ids, {
      organizationId,
      by,
      action,
      subject: { kind: 'connection', name },
      before,
      after: { id, ...after },
    });
  }

  #read<T>(organizationId: string | null, work: (db: Tx) => Promise<T>): Promise<T> {
    const scope =
      organizationId === null ? { kind: 'platform' as const } : { kind: 'organization' as const, organizationId };
    return this.ports.readGate.read(scope, work);
  }

  #write<T>(organizationId: string | null, work: (tx: Tx) => Promise<T>): Promise<T> {
    return organizationId === null
      ? this.ports.readGate.writePlatform(work)
      : this.ports.gate.withOrganization(organizationId, work);
  }
}

interface Note {
  readonly organizationId: string | null;
  readonly by: Actor;
  readonly action: AuditAction;
  readonly of: Pick<ManagedConnection, 'id' | 'name'>;
  readonly before?: object | null;
  readonly after?: object;
}

/** Null expects that there is none. */
function isAnother({ revision }: ConnectionChange['expected'], current: ManagedConnection): boolean {
  return revision !== undefined && revision !== current.revision;
}

/** What a change makes void: the test of what was, and certificates that wait; whoever changes what counts has looked at those. */
function endedBy(
  changed: readonly string[],
  { isSecretNew }: { readonly isSecretNew: boolean },
): Pick<Prisma.SsoConnectionUncheckedUpdateManyInput, 'testedAt' | 'offeredCertificates' | 'offeredAt'> {
  const isTried = !isSecretNew && changed.every((field) => UNTRIED.has(field));
  return {
    ...(isTried ? {} : { testedAt: null }),
    ...(changed.includes('certificates') ? offerColumns(null) : {}),
  };
}

function difference(
  before: ConnectionSettings,
  after: ConnectionSettings,
  changed: readonly (keyof ConnectionSettings)[],
  { isSecretNew }: { readonly isSecretNew: boolean },
): Pick<Note, 'before' | 'after'> {
  const secret = isSecretNew ? { clientSecret: 'changed' } : {};
  return {
    before: only(auditedSettings(before), changed),
    after: { ...only(auditedSettings(after), changed), ...secret },
  };
}

function offerColumns(
  offered: ManagedConnection['offered'],
): Pick<Prisma.SsoConnectionUncheckedUpdateManyInput, 'offeredCertificates' | 'offeredAt'> {
  return offered === null
    ? { offeredCertificates: Prisma.DbNull, offeredAt: null }
    : { offeredCertificates: [...offered.certificates], offeredAt: offered.seenAt };
}

/** Links of `rungate admin` are a connection as well, which nobody manages. */
function managed(organizationId: string | null): { organizationId: string | null; type: { not: string } } {
  return { organizationId, type: { not: 'link' } };
}

async function findOne(db: Tx, organizationId: string | null, id: string): Promise<ManagedConnection | null> {
  if (!isUuid(id)) return null;
  const row = await db.ssoConnection.findFirst({ where: { ...managed(organizationId), id }, select: SHOWN });
  return row === null ? null : managedConnectionOf(row);
}

function columns(settings: ConnectionSettings): Omit<Prisma.SsoConnectionCreateManyInput, 'id' | 'status'> {
  const { type, name, issuer, clientId, metadataUrl, signInUrl, caBundle, defaultRole } = settings;
  const { jit, idleMinutes, absoluteMinutes, discoverable } = settings;
  return {
    ...{ type, name, issuer, clientId, metadataUrl, signInUrl, caBundle, defaultRole },
    ...{ jit, idleMinutes, absoluteMinutes, discoverable },
    scopes: [...settings.scopes],
    certificates: [...settings.certificates],
    privateRanges: [...settings.privateRanges],
    attributeMap: storableJson(settings.attributeMap),
    requiredClaims: storableJson(settings.requiredClaims),
    roleRules: storableJson(settings.roleRules),
  };
}
