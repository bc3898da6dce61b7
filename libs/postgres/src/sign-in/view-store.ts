import {
  VIEW_MS,
  type Actor,
  type Clock,
  type Ids,
  type NewView,
  type Organization,
  type SessionView,
  type View,
  type ViewStore,
} from '@rungate/run-task';
import { noteAudit } from '../audit-events.js';
import type { OrganizationView } from '../generated/client.js';
import { isUuid } from '../organization-gate.js';
import type { PrismaOrganizationGate } from '../prisma.js';

/** What the store of views is made of. */
export interface ViewStorePorts {
  readonly gate: PrismaOrganizationGate;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** Views are rows of the organization that is viewed: a session counts as viewing while its row lasts. */
export class PostgresViewStore implements ViewStore {
  constructor(private readonly ports: ViewStorePorts) {}

  begin({ organization, sessionId, reason, by }: NewView): Promise<View | 'not_allowed'> {
    const { gate, ids, clock } = this.ports;
    const { id: organizationId, slug } = organization;
    return gate.withOrganization(organizationId, async (tx) => {
      // Against a no that is being written.
      const [found] = await tx.$queryRaw<
        { views_allowed: boolean }[]
      >`SELECT views_allowed FROM organizations WHERE id = ${organizationId}::uuid FOR SHARE`;
      if (found?.views_allowed !== true) return 'not_allowed';
      const startedAt = clock.now();
      const endsAt = new Date(startedAt.getTime() + VIEW_MS);
      const row = { id: ids.next(), viewerName: by.name, viewerRole: by.role, reason, startedAt, endsAt };
      await tx.organizationView.createMany({ data: [{ ...row, organizationId, sessionId }] });
      await noteAudit(tx, ids, {
        organizationId,
        by,
        action: 'organization.viewed',
        subject: { kind: 'organization', name: slug },
        before: null,
        after: { endsAt: endsAt.toISOString() },
        reason,
      });
      return viewOf({ ...row, endedAt: null });
    });
  }

  async end({ id, organization }: SessionView, by: Actor): Promise<void> {
    const { gate, ids, clock } = this.ports;
    await gate.withOrganization(organization.id, async (tx) => {
      const ended = { endedAt: clock.now() };
      const { count } = await tx.organizationView.updateMany({ where: { id, endedAt: null }, data: ended });
      if (count === 0) return;
      await noteAudit(tx, ids, {
        organizationId: organization.id,
        by,
        action: 'organization.view-ended',
        subject: { kind: 'organization', name: organization.slug },
        before: null,
        after: null,
      });
    });
  }

  list(organizationId: string, limit: number, after: string | null): Promise<readonly View[]> {
    if (after !== null && !isUuid(after)) return Promise.resolve([]);
    return this.ports.gate.withOrganization(organizationId, async (tx) => {
      const where = { organizationId, ...(after === null ? {} : { id: { lt: after } }) };
      const rows = await tx.organizationView.findMany({ where, orderBy: { id: 'desc' }, take: limit });
      return rows.map(viewOf);
    });
  }

  allow(organization: Organization, allowed: boolean, by: Actor): Promise<Organization> {
    const { gate, ids, clock } = this.ports;
    const { id, slug } = organization;
    return gate.withOrganization(id, async (tx) => {
      const data = { viewsAllowed: allowed };
      const { count } = await tx.organization.updateMany({ where: { id, viewsAllowed: !allowed }, data });
      const now = clock.now();
      const lasting = { organizationId: id, endedAt: null, endsAt: { gt: now } };
      if (!allowed) await tx.organizationView.updateMany({ where: lasting, data: { endedAt: now } });
      if (count > 0)
        await noteAudit(tx, ids, {
          organizationId: id,
          by,
          action: allowed ? 'organization.views-allowed' : 'organization.views-refused',
          subject: { kind: 'organization', name: slug },
          before: { viewsAllowed: !allowed },
          after: data,
        });
      return { ...organization, ...data };
    });
  }
}

function viewOf(row: Pick<OrganizationView, 'id' | 'viewerName' | 'viewerRole' | 'reason' | Moments>): View {
  const { id, viewerName, viewerRole, reason, startedAt, endsAt, endedAt } = row;
  return { id, viewer: { name: viewerName, role: viewerRole }, reason, startedAt, endsAt, endedAt };
}

type Moments = 'startedAt' | 'endsAt' | 'endedAt';
