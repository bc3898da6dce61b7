import {
  canonicalJson,
  storable,
  type Actor,
  type Clock,
  type DeleteOrganization,
  type Ids,
  type IntakePause,
  type Organization,
  type OrganizationPage,
  type OrganizationSettings,
  type OrganizationStore,
  type PutOrganization,
  type PutOrganizationAnswer,
  type Scope,
} from '@rungate/run-task';
import { noteAudit, only } from './audit-events.js';
import type { Prisma } from './generated/client.js';
import type { Keyring } from './keyring.js';
import { newOrganization } from './new-organization.js';
import { againIfTaken, isTaken, type PrismaOrganizationGate } from './prisma.js';
import { organizationsIn, type ReadGate } from './read-gate.js';
import { runInPrisma } from './statement.js';
import { oneOf } from './stored.js';

/** What the store of organizations is made of. */
export interface OrganizationStorePorts {
  readonly gate: PrismaOrganizationGate;
  readonly readGate: ReadGate;
  readonly keyring: Keyring;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** Organizations: read across all, written one at a time. */
export class PostgresOrganizationStore implements OrganizationStore {
  constructor(private readonly ports: OrganizationStorePorts) {}

  async put(desired: PutOrganization): Promise<PutOrganizationAnswer> {
    const wanted = { ...desired, settings: storableSettings(desired.settings) };
    try {
      return await againIfTaken(() => this.#put(wanted));
    } catch (error) {
      // Nobody has it, and nobody gets it: it was that of an organization that was purged.
      if (isTaken(error)) return { rejected: 'slug_taken' };
      throw error;
    }
  }

  find(scope: Scope, slug: string): Promise<Organization | null> {
    return this.ports.readGate.read(scope, async (db) => {
      const row = await db.organization.findFirst({ where: { slug, ...organizationsIn(scope) } });
      return row === null ? null : organizationOf(row);
    });
  }

  list(scope: Scope, { limit, after, q, tag }: OrganizationPage): Promise<readonly Organization[]> {
    return this.ports.readGate.read(scope, async (db) => {
      const rows = await db.organization.findMany({
        where: {
          ...organizationsIn(scope),
          ...(after === null ? {} : { slug: { gt: after } }),
          ...(q === null ? {} : { OR: [containing('slug', q), containing('displayName', q)] }),
          ...(tag === null ? {} : { tags: { has: tag } }),
        },
        orderBy: { slug: 'asc' },
        take: limit,
      });
      return rows.map(organizationOf);
    });
  }

  suspend(organization: Organization, by: Actor): Promise<Organization> {
    return this.#setState(organization, { action: 'organization.suspended', by });
  }

  delete(organization: Organization, { by, graceDays }: DeleteOrganization): Promise<Organization> {
    return this.#setState(organization, { action: 'organization.deleted', by, graceDays });
  }

  resume(organization: Organization, by: Actor): Promise<Organization> {
    return this.#setState(organization, { action: 'organization.resumed', by });
  }

  pauseIntake(
    organization: Organization,
    { reason, by }: { readonly reason: string; readonly by: Actor },
  ): Promise<Organization> {
    const pause = { at: this.ports.clock.now(), by: by.name, reason };
    return this.#setIntake(organization, { pause, by });
  }

  resumeIntake(organization: Organization, by: Actor): Promise<Organization> {
    return this.#setIntake(organization, { pause: null, by });
  }

  async #put(wanted: PutOrganization): Promise<PutOrganizationAnswer> {
    const { scope, slug } = wanted;
    // A slug belongs to the whole platform: a partner may not have one that it cannot see.
    const current = await this.find(scope.kind === 'partner' ? { kind: 'platform' } : scope, slug);
    if (current !== null) return isIn(scope, current) ? this.#change(current, wanted) : { rejected: 'slug_taken' };
    return scope.kind === 'organization' ? { rejected: 'slug_taken' } : this.#create(wanted);
  }

  async #create(desired: PutOrganization): Promise<PutOrganizationAnswer> {
    const { settings, expected, allow, dryRun } = desired;
    if (typeof expected.revision === 'number') return { rejected: 'stale' };
    allow({ before: null, after: settings, changed: ORGANIZATION_FIELDS });
    const { stored, statements } = newOrganization(this.ports, desired);
    const insert = (tx: Prisma.TransactionClient): Promise<true> => runInPrisma(tx, statements).then(() => true);
    // Only the database knows the slugs that are nobody's any more.
    if (dryRun) await this.ports.gate.rehearse(stored.id, insert);
    else await this.ports.gate.withOrganization(stored.id, insert);
    return { kind: 'created', changed: [...ORGANIZATION_FIELDS], stored };
  }

  #change({ id }: Organization, desired: PutOrganization): Promise<PutOrganizationAnswer> {
    const { settings, expected, allow, by, dryRun } = desired;
    return this.ports.gate.withOrganization(id, async (tx) => {
      const current = await locked(tx, id);
      if (expected.revision !== undefined && expected.revision !== current.revision) return { rejected: 'stale' };
      const changed = changedFields(current, settings);
      if (changed.length === 0) return { kind: 'unchanged', changed, stored: current };
      allow({ before: current, after: settings, changed });
      const stored = { ...current, ...settings, revision: current.revision + 1 };
      if (dryRun) return { kind: 'changed', changed, stored };
      const data = { ...settings, tags: [...settings.tags], revision: stored.revision };
      await tx.organization.updateMany({ where: { id }, data });
      const what = { action: 'organization.changed' as const, subject: subjectOf(current) };
      const difference = { before: only(current, changed), after: only(stored, changed) };
      await noteAudit(tx, this.ports.ids, { organizationId: id, by, ...what, ...difference });
      return { kind: 'changed', changed, stored };
    });
  }

  #setState({ id }: Organization, { action, by, graceDays }: NewState): Promise<Organization> {
    return this.ports.gate.withOrganization(id, async (tx) => {
      const current = await locked(tx, id);
      const wanted = {
        state: action === 'organization.resumed' ? ('active' as const) : ('suspended' as const),
        purgeAt: action === 'organization.resumed' ? null : (current.purgeAt ?? this.#daysFromNow(graceDays)),
      };
      const changed = STATE.filter((field) => canonicalJson(current[field]) !== canonicalJson(wanted[field]));
      if (changed.length === 0) return current;
      const stored = { ...current, ...wanted, revision: current.revision + 1 };
      await tx.organization.updateMany({ where: { id }, data: { ...wanted, revision: stored.revision } });
      const difference = { before: only(current, changed), after: only(stored, changed) };
      await noteAudit(tx, this.ports.ids, {
        organizationId: id,
        by,
        action,
        subject: subjectOf(current),
        ...difference,
      });
      return stored;
    });
  }

  #setIntake(
    { id }: Organization,
    { pause, by }: { readonly pause: IntakePause | null; readonly by: Actor },
  ): Promise<Organization> {
    return this.ports.gate.withOrganization(id, async (tx) => {
      const current = await locked(tx, id);
      if ((current.intakePause === null) === (pause === null)) return current;
      const stored = { ...current, intakePause: pause, revision: current.revision + 1 };
      const { at = null, by: intakePausedBy = null, reason = null } = pause ?? {};
      const columns = { intakePausedAt: at, intakePausedBy, intakePauseReason: reason };
      await tx.organization.updateMany({ where: { id }, data: { ...columns, revision: stored.revision } });
      // Where claims look.
      await tx.$executeRaw`SELECT set_intake(${pause !== null})`;
      await noteAudit(tx, this.ports.ids, {
        organizationId: id,
        by,
        action: pause === null ? 'organization.intake-resumed' : 'organization.intake-paused',
        subject: subjectOf(current),
        before: only(current, ['intakePause']),
        after: only(stored, ['intakePause']),
        reason,
      });
      return stored;
    });
  }

  #daysFromNow(days: number | undefined): Date | null {
    return days === undefined ? null : new Date(this.ports.clock.now().getTime() + days * DAY_MS);
  }
}

interface NewState {
  readonly action: 'organization.suspended' | 'organization.deleted' | 'organization.resumed';
  readonly by: Actor;
  /** Until it is purged; absent when it is not to be. */
  readonly graceDays?: number;
}

const DAY_MS = 86_400_000;
const STATE = ['state', 'purgeAt'] as const satisfies readonly (keyof Organization)[];

/** The organization as it is now, and nobody changes it until the transaction ends. */
async function locked(tx: Prisma.TransactionClient, id: string): Promise<Organization> {
  await tx.$queryRaw`SELECT id FROM organizations WHERE id = ${id}::uuid FOR UPDATE`;
  return organizationOf(await tx.organization.findUniqueOrThrow({ where: { id } }));
}

function isIn(scope: Scope, { managedBy }: Organization): boolean {
  return scope.kind !== 'partner' || scope.managedBy === managedBy;
}

function subjectOf({ slug }: Organization): { kind: string; name: string } {
  return { kind: 'organization', name: slug };
}

/** Which settings a PUT changes. */
export function changedFields(
  current: OrganizationSettings,
  wanted: OrganizationSettings,
): readonly (keyof OrganizationSettings)[] {
  return ORGANIZATION_FIELDS.filter((field) => canonicalJson(current[field]) !== canonicalJson(wanted[field]));
}

/** Fields of the settings, in the order in which a PUT names what changed. */
export const ORGANIZATION_FIELDS = [
  'displayName',
  'tags',
  'weight',
  'maxInFlight',
  'retentionDays',
  'inputRetentionDays',
] as const satisfies readonly (keyof OrganizationSettings)[];

type OrganizationRow = Prisma.OrganizationGetPayload<object>;

/** The organization that a row holds. @throws PostgresError `bad_row` */
export function organizationOf(row: OrganizationRow): Organization {
  return { ...row, state: oneOf(['active', 'suspended'], row.state), intakePause: intakePauseOf(row) };
}

function intakePauseOf({
  intakePausedAt: at,
  intakePausedBy: by,
  intakePauseReason: reason,
}: OrganizationRow): IntakePause | null {
  return at === null || by === null || reason === null ? null : { at, by, reason };
}

/** Only the known settings, with text that Postgres can hold. */
export function storableSettings(settings: OrganizationSettings): OrganizationSettings {
  const { displayName, tags, weight, maxInFlight, retentionDays, inputRetentionDays } = settings;
  return {
    displayName: storable(displayName),
    tags: tags.map(storable),
    weight,
    maxInFlight,
    retentionDays,
    inputRetentionDays,
  };
}

/** Taken literally: `%` and `_` of LIKE are letters here. */
function containing(field: 'slug' | 'displayName', text: string): Prisma.OrganizationWhereInput {
  return { [field]: { contains: text.replaceAll(/[\\%_]/g, '\\$&'), mode: 'insensitive' } };
}

/** Prisma takes no Buffer over shared memory. */
export function bytes(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer);
}
