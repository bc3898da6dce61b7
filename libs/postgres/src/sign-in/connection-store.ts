import type { Actor, Clock, ConnectionStore, DesiredConnection, Ids, NewLink } from '@rungate/run-task';
import { noteAudit } from '../audit-events.js';
import type { Prisma } from '../generated/client.js';
import type { Keyring } from '../keyring.js';
import { bytes } from '../organization-store.js';
import type { PrismaOrganizationGate } from '../prisma.js';
import type { ReadGate } from '../read-gate.js';
import { storableJson } from '../stored.js';
import { sealSsoSecret } from './sso-secrets.js';

/** What the store of connections is made of. */
export interface ConnectionStorePorts {
  readonly gate: PrismaOrganizationGate;
  readonly readGate: ReadGate;
  readonly keyring: Keyring;
  readonly ids: Ids;
  readonly clock: Clock;
}

type Tx = Prisma.TransactionClient;
type Settings = Prisma.SsoConnectionCreateManyInput;

/** Connections and links as they are written; the client secret is sealed, a link is there as its hash. */
export class PostgresConnectionStore implements ConnectionStore {
  constructor(private readonly ports: ConnectionStorePorts) {}

  async save(desired: DesiredConnection, by: Actor): Promise<void> {
    const { id, organizationId, name, issuer, clientId, status, type } = desired;
    await this.#in(organizationId, async (tx) => {
      const settings = this.#settingsOf(desired);
      const changed = await tx.ssoConnection.updateMany({
        where: { id, organizationId },
        data: { ...settings, revision: { increment: 1 } },
      });
      const { development } = desired;
      if (changed.count === 0)
        await tx.ssoConnection.createMany({ data: [{ id, organizationId, type, development, ...settings }] });
      await noteAudit(tx, this.ports.ids, {
        organizationId,
        by,
        action: changed.count === 0 ? 'connection.created' : 'connection.changed',
        subject: { kind: 'connection', name },
        before: null,
        after: { type, status, issuer, clientId },
      });
    });
  }

  async makeLink({ hash, purpose, role, reason, seconds, by }: NewLink): Promise<void> {
    const now = this.ports.clock.now();
    const expiresAt = new Date(now.getTime() + seconds * 1_000);
    const row = { id: this.ports.ids.next(), purpose, role, reason, createdBy: by.name, createdAt: now, expiresAt };
    await this.ports.readGate.writePlatform(async (tx) => {
      await tx.oneTimeLink.updateMany({
        where: { purpose, organizationId: null, usedAt: null },
        data: { usedAt: now },
      });
      await tx.oneTimeLink.createMany({ data: [{ ...row, hash: bytes(Buffer.from(hash)) }] });
      await noteAudit(tx, this.ports.ids, {
        organizationId: null,
        by,
        action: 'link.made',
        subject: { kind: 'link', name: purpose },
        before: null,
        after: { role, expiresAt: expiresAt.toISOString() },
        reason,
      });
    });
  }

  hasOwner(): Promise<boolean> {
    return this.ports.readGate.read({ kind: 'platform' }, async (db) => {
      const connections = await db.ssoConnection.findMany({
        where: { organizationId: null, type: { not: 'link' }, development: false },
        select: { id: true },
      });
      const connectionId = { in: connections.map(({ id }) => id) };
      return (await db.identity.count({ where: { connectionId, role: 'owner', state: 'active' } })) > 0;
    });
  }

  /** All but what a connection is for ever: its plane and its protocol. */
  #settingsOf(desired: DesiredConnection): Omit<Settings, 'id' | 'organizationId' | 'type' | 'development'> {
    const { id, organizationId, clientSecret, signInUrl, certificates, attributeMap, requiredClaims, roleRules } =
      desired;
    const { name, status, issuer, clientId, caBundle, defaultRole, jit, idleMinutes, absoluteMinutes } = desired;
    const place = { column: 'sso_connections.sealed_client_secret' as const, organizationId, id };
    return {
      ...{ name, status, issuer, clientId, caBundle, defaultRole, jit, idleMinutes, absoluteMinutes },
      scopes: [...desired.scopes],
      signInUrl,
      certificates: [...certificates],
      privateRanges: [...desired.privateRanges],
      attributeMap: storableJson(attributeMap),
      requiredClaims: storableJson(requiredClaims),
      roleRules: storableJson(roleRules),
      sealedClientSecret: clientSecret === null ? null : bytes(sealSsoSecret(this.ports.keyring, place, clientSecret)),
      activatedAt: desired.status === 'active' ? this.ports.clock.now() : null,
    };
  }

  #in<T>(organizationId: string | null, work: (tx: Tx) => Promise<T>): Promise<T> {
    return organizationId === null
      ? this.ports.readGate.writePlatform(work)
      : this.ports.gate.withOrganization(organizationId, work);
  }
}
