import {
  LIMITS,
  SAVED_VIEW_PAGES,
  type Actor,
  type Clock,
  type Ids,
  type NewSavedView,
  type SavedView,
  type SavedViewOwner,
  type SavedViewPage,
  type SavedViewStore,
} from '@rungate/run-task';
import { noteAudit } from './audit-events.js';
import type { Prisma } from './generated/client.js';
import { isUuid } from './organization-gate.js';
import type { PrismaOrganizationGate } from './prisma.js';
import type { ReadGate } from './read-gate.js';
import { oneOf, storedTextsByName } from './stored.js';

type Tx = Prisma.TransactionClient;

/** What the store of views is made of. */
export interface SavedViewStorePorts {
  readonly gate: PrismaOrganizationGate;
  readonly readGate: ReadGate;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** Views that others share and that are shown on one page. */
const SHOWN = 200;

/** Views in rows; a removed one leaves its row to the next one of its person, so that nobody fills the table. */
export class PostgresSavedViewStore implements SavedViewStore {
  constructor(private readonly ports: SavedViewStorePorts) {}

  async list(owner: SavedViewOwner, page: SavedViewPage | null): Promise<readonly SavedView[]> {
    const { organizationId, identityId } = owner;
    const rows = await this.ports.readGate.read(scopeOf(owner), (db) =>
      db.savedView.findMany({
        where: {
          organizationId,
          ...(page === null ? {} : { page }),
          removedAt: null,
          OR: [{ identityId }, { isShared: true }],
        },
        orderBy: [{ name: 'asc' }, { id: 'asc' }],
        take: LIMITS.savedViews + SHOWN,
        include: { identity: { select: { name: true } } },
      }),
    );
    return rows.map((row) => viewOf(row, owner));
  }

  create(owner: SavedViewOwner, view: NewSavedView, by: Actor): Promise<SavedView | 'taken' | 'over_limit'> {
    const { organizationId, identityId } = owner;
    const { page, name, search, isShared } = view;
    return this.#in(owner, async (tx) => {
      const own = await tx.savedView.findMany({ where: { organizationId, identityId }, select: SLOT });
      const kept = own.filter(({ removedAt }) => removedAt === null);
      if (kept.some((other) => other.page === page && other.name === name)) return 'taken';
      if (kept.length >= LIMITS.savedViews) return 'over_limit';
      const id = this.ports.ids.next();
      const row = {
        id,
        page,
        name,
        search: { ...search },
        isShared,
        createdAt: this.ports.clock.now(),
        removedAt: null,
      };
      const free = own.filter(({ removedAt }) => removedAt !== null).map((slot) => slot.id);
      if (!(await reuse(tx, free, row)))
        await tx.savedView.createMany({ data: [{ ...row, organizationId, identityId }] });
      if (isShared)
        await this.#note(tx, owner, { by, action: 'saved-view.shared', name, before: null, after: { page, search } });
      return { id, ...view, isOwn: true, madeBy: by.name };
    });
  }

  async remove(
    owner: SavedViewOwner,
    { id, anySharedToo }: { readonly id: string; readonly anySharedToo: boolean },
    by: Actor,
  ): Promise<boolean> {
    if (!isUuid(id)) return false;
    const { organizationId, identityId } = owner;
    const theirs = anySharedToo ? [{ isShared: true }] : [];
    const where = { id, organizationId, removedAt: null, OR: [{ identityId }, ...theirs] };
    return this.#in(owner, async (tx) => {
      const view = await tx.savedView.findFirst({ where });
      const data = { removedAt: this.ports.clock.now(), name: '', search: {} };
      const { count } = await tx.savedView.updateMany({ where, data });
      if (view === null || count === 0) return false;
      const { name, page, search, isShared } = view;
      if (isShared)
        await this.#note(tx, owner, { by, action: 'saved-view.removed', name, before: { page, search }, after: null });
      return true;
    });
  }

  #note(tx: Tx, { organizationId }: SavedViewOwner, { name, ...event }: Noted): Promise<void> {
    return noteAudit(tx, this.ports.ids, { organizationId, subject: { kind: 'saved-view', name }, ...event });
  }

  #in<T>({ organizationId }: SavedViewOwner, work: (tx: Tx) => Promise<T>): Promise<T> {
    return organizationId === null
      ? this.ports.readGate.writePlatform(work)
      : this.ports.gate.withOrganization(organizationId, work);
  }
}

interface Noted {
  readonly by: Actor;
  readonly action: 'saved-view.shared' | 'saved-view.removed';
  readonly name: string;
  readonly before: object | null;
  readonly after: object | null;
}

const SLOT = { id: true, page: true, name: true, removedAt: true } as const satisfies Prisma.SavedViewSelect;

/** Into the row of a view that was removed; false where there is none left. */
async function reuse(tx: Tx, free: readonly string[], data: Prisma.SavedViewUpdateManyMutationInput): Promise<boolean> {
  const [id] = free;
  if (id === undefined) return false;
  const { count } = await tx.savedView.updateMany({ where: { id, removedAt: { not: null } }, data });
  return count === 1;
}

function scopeOf({ organizationId }: SavedViewOwner): Parameters<ReadGate['read']>[0] {
  return organizationId === null ? { kind: 'platform' } : { kind: 'organization', organizationId };
}

type Row = Prisma.SavedViewGetPayload<{ include: { identity: { select: { name: true } } } }>;

function viewOf(row: Row, { identityId }: SavedViewOwner): SavedView {
  const { id, name, search, isShared, identity } = row;
  const isOwn = row.identityId === identityId;
  return {
    id,
    page: oneOf(SAVED_VIEW_PAGES, row.page),
    name,
    search: storedTextsByName(search),
    isShared,
    isOwn,
    madeBy: identity.name,
  };
}
