import type { Clock, Ids, NewSetupLink, SetupLinkStore, SetupVisit } from '@rungate/run-task';
import { noteAudit } from '../audit-events.js';
import type { LoginPool } from '../login-pool.js';
import { bytes } from '../organization-store.js';
import type { PrismaOrganizationGate } from '../prisma.js';

/** What the store of set-up links is made of. */
export interface SetupLinkStorePorts {
  /** `rungate_organization`: asks functions that take a hash, before anybody knows who asks. */
  readonly pool: LoginPool;
  readonly gate: PrismaOrganizationGate;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** Links for one draft each: only hashes of what people hold are here. */
export class PostgresSetupLinkStore implements SetupLinkStore {
  constructor(private readonly ports: SetupLinkStorePorts) {}

  async make(link: NewSetupLink): Promise<{ readonly id: string; readonly expiresAt: Date }> {
    const { organizationId, connectionId, hash, seconds, by } = link;
    const now = this.ports.clock.now();
    const expiresAt = new Date(now.getTime() + seconds * 1_000);
    const id = this.ports.ids.next();
    const row = {
      id,
      organizationId,
      connectionId,
      purpose: 'connection',
      createdBy: by.name,
      createdAt: now,
      expiresAt,
    };
    await this.ports.gate.withOrganization(organizationId, async (tx) => {
      const earlier = { organizationId, connectionId };
      await tx.oneTimeLink.updateMany({ where: { ...earlier, usedAt: null }, data: { usedAt: now } });
      await tx.oneTimeLink.updateMany({ where: earlier, data: { sessionEndsAt: now } });
      await tx.oneTimeLink.createMany({ data: [{ ...row, hash: bytes(Buffer.from(hash)) }] });
      await noteAudit(tx, this.ports.ids, {
        organizationId,
        by,
        action: 'link.made',
        subject: { kind: 'link', name: 'connection' },
        before: null,
        after: { connectionId, expiresAt: expiresAt.toISOString() },
      });
    });
    return { id, expiresAt };
  }

  async open(link: Uint8Array, cookie: Uint8Array, seconds: number): Promise<boolean> {
    const { rows } = await this.ports.pool.query<{ opened: boolean }>('SELECT open_setup_link($1, $2, $3) AS opened', [
      Buffer.from(link),
      Buffer.from(cookie),
      seconds,
    ]);
    return rows[0]?.opened ?? false;
  }

  async find(cookie: Uint8Array): Promise<SetupVisit | null> {
    const { rows } = await this.ports.pool.query<VisitRow>('SELECT * FROM find_setup_visit($1)', [Buffer.from(cookie)]);
    const [row] = rows;
    if (row === undefined) return null;
    return {
      organization: { id: row.organization_id, slug: row.slug, displayName: row.display_name },
      connectionId: row.connection_id,
      linkId: row.link_id,
      madeBy: row.made_by,
      endsAt: row.ends_at,
    };
  }

  async end(cookie: Uint8Array): Promise<void> {
    await this.ports.pool.query('SELECT end_setup_visit($1)', [Buffer.from(cookie)]);
  }
}

interface VisitRow {
  readonly link_id: string;
  readonly organization_id: string;
  readonly slug: string;
  readonly display_name: string;
  readonly connection_id: string;
  readonly made_by: string;
  readonly ends_at: Date;
}
