import {
  ITEM_STATES,
  OPERATION_KINDS,
  OPERATION_STATES,
  type Ids,
  type ItemPage,
  type ItemState,
  type NamedOperation,
  type NewOperation,
  type Operation,
  type OperationItem,
  type OperationKind,
  type OperationStore,
  type Scope,
} from '@rungate/run-task';
import { noteAudit } from './audit-events.js';
import type { Prisma } from './generated/client.js';
import { isUuid } from './organization-gate.js';
import type { PrismaOrganizationGate } from './prisma.js';
import type { ReadGate } from './read-gate.js';
import { oneOf, storableJson } from './stored.js';
import { searchOf, wantedOf } from './task-result-filter.js';

type Tx = Prisma.TransactionClient;

/** What operations are planned and read through. */
export interface OperationPorts {
  readonly gate: PrismaOrganizationGate;
  readonly readGate: ReadGate;
  readonly ids: Ids;
}

/** Operations of an organization through its own login, those of the platform as `rungate_platform`. */
export class PostgresOperationStore implements OperationStore {
  constructor(private readonly ports: OperationPorts) {}

  async plan(operation: NewOperation): Promise<Operation> {
    const { scope, kind, filter, most, reason, perSecond, by } = operation;
    const organizationId = planeOf(scope);
    const id = this.ports.ids.next();
    const matching = await this.#matching(operation);
    const { address, ...actor } = by;
    return this.#write(scope, async (tx) => {
      await tx.operation.create({
        data: {
          id,
          organizationId,
          kind,
          filter: storableJson(filter),
          reason,
          actor: storableJson(actor),
          address,
          perSecond,
          isCut: matching.length > most,
        },
      });
      const items = matching.slice(0, most);
      await tx.$executeRaw`
        INSERT INTO operation_items (operation_id, organization_id, position, task_result_id, task_organization_id)
        SELECT ${id}::uuid, ${organizationId}::uuid, m.position, m.id, m.organization_id
        FROM unnest(${items.map((item) => item.id)}::uuid[], ${items.map((item) => item.organizationId)}::uuid[])
          WITH ORDINALITY AS m (id, organization_id, position)`;
      return shown(tx, await tx.operation.findUniqueOrThrow({ where: { id } }));
    });
  }

  async list(scope: Scope, limit: number, after: string | null): Promise<readonly Operation[]> {
    const where = { organizationId: planeOf(scope), ...(after === null ? {} : { id: { lt: after } }) };
    return this.ports.readGate.read(scope, async (db) => {
      const rows = await db.operation.findMany({ where, orderBy: { id: 'desc' }, take: limit });
      return Promise.all(rows.map((row) => shown(db, row)));
    });
  }

  find(scope: Scope, id: string): Promise<Operation | null> {
    return this.ports.readGate.read(scope, (db) => find(db, scope, id));
  }

  items({ scope, id, state, limit, after }: ItemPage): Promise<readonly OperationItem[] | null> {
    return this.ports.readGate.read(scope, async (db) => {
      if ((await find(db, scope, id)) === null) return null;
      const where = {
        operationId: id,
        ...(state === undefined ? {} : { state }),
        ...(after === null ? {} : { position: { gt: after } }),
      };
      const rows = await db.operationItem.findMany({ where, orderBy: { position: 'asc' }, take: limit });
      const organizations = await db.organization.findMany({
        where: { id: { in: rows.map(({ taskOrganizationId }) => taskOrganizationId) } },
        select: { id: true, slug: true },
      });
      return rows.map((row) => ({
        position: row.position,
        taskResultId: row.taskResultId,
        organization: organizations.find((one) => one.id === row.taskOrganizationId)?.slug ?? null,
        state: oneOf(ITEM_STATES, row.state),
        detail: row.detail,
        endedAt: row.endedAt,
      }));
    });
  }

  start(operation: NamedOperation): Promise<Operation | null> {
    return this.#change(
      operation,
      'operation.started',
      (tx, id) =>
        tx.$executeRaw`UPDATE operations SET state = 'running', started_at = now(), next_at = now() WHERE id = ${id}::uuid AND state = 'planned'`,
    );
  }

  cancel(operation: NamedOperation): Promise<Operation | null> {
    return this.#change(
      operation,
      'operation.cancelled',
      (tx, id) =>
        tx.$executeRaw`UPDATE operations SET state = 'cancelled', next_at = NULL, ended_at = now() WHERE id = ${id}::uuid AND state IN ('planned', 'running')`,
    );
  }

  /** Noted only when it changed something. */
  #change(
    { scope, id, by }: NamedOperation,
    action: 'operation.started' | 'operation.cancelled',
    change: (tx: Tx, id: string) => Promise<number>,
  ): Promise<Operation | null> {
    return this.#write(scope, async (tx) => {
      const before = await find(tx, scope, id);
      if (before === null || (await change(tx, id)) === 0) return before;
      const after = await find(tx, scope, id);
      await noteAudit(tx, this.ports.ids, {
        organizationId: planeOf(scope),
        by,
        action,
        subject: { kind: 'operation', name: id },
        before: { state: before.state },
        after: { state: after?.state, kind: before.kind, filter: before.filter, taskResults: total(before) },
        reason: before.reason,
      });
      return after;
    });
  }

  #matching({ scope, kind, filter, most }: NewOperation): Promise<{ id: string; organizationId: string }[]> {
    const search = searchOf(filter);
    return this.ports.readGate.read(scope, async (db) => {
      const wanted = await wantedOf(db, scope, filter);
      return db.taskResult.findMany({
        where: { AND: [...wanted, POSSIBLE[kind], ...(search === null ? [] : [search])] },
        orderBy: { id: 'desc' },
        take: most + 1,
        select: { id: true, organizationId: true },
      });
    });
  }

  #write<T>(scope: Scope, work: (tx: Tx) => Promise<T>): Promise<T> {
    return scope.kind === 'organization'
      ? this.ports.gate.withOrganization(scope.organizationId, work)
      : this.ports.readGate.writePlatform(work);
  }
}

/** Null: of the platform. */
function planeOf(scope: Scope): string | null {
  return scope.kind === 'organization' ? scope.organizationId : null;
}

/** To what it can be done at all, as far as a look tells; each is asked again when its turn comes. */
const POSSIBLE: Readonly<Record<OperationKind, Prisma.TaskResultWhereInput>> = {
  resend: { state: { in: ['decided', 'undeliverable'] }, purgedAt: null },
  reevaluate: { input: { is: { isWhole: true } }, verdict: { not: null }, purgedAt: null },
};

async function find(db: Tx, scope: Scope, id: string): Promise<Operation | null> {
  if (!isUuid(id)) return null;
  const row = await db.operation.findFirst({ where: { id, organizationId: planeOf(scope) } });
  return row === null ? null : shown(db, row);
}

type OperationRow = Prisma.OperationGetPayload<object>;

async function shown(db: Tx, row: OperationRow): Promise<Operation> {
  const counted = await db.operationItem.groupBy({ by: ['state'], where: { operationId: row.id }, _count: true });
  const [organizations] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(DISTINCT task_organization_id)::integer AS count FROM operation_items WHERE operation_id = ${row.id}::uuid`;
  const countOf = (state: ItemState): number => counted.find((one) => one.state === state)?._count ?? 0;
  return {
    id: row.id,
    kind: oneOf(OPERATION_KINDS, row.kind),
    filter: textsOf(row.filter),
    reason: row.reason,
    by: actorOf(row.actor),
    state: oneOf(OPERATION_STATES, row.state),
    perSecond: row.perSecond,
    isCut: row.isCut,
    counts: {
      pending: countOf('pending'),
      done: countOf('done'),
      refused: countOf('refused'),
      failed: countOf('failed'),
    },
    organizations: organizations?.count ?? 0,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
  };
}

function total({ counts }: Operation): number {
  return ITEM_STATES.reduce((sum, state) => sum + counts[state], 0);
}

function textsOf(json: Prisma.JsonValue): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(json ?? {}).map(([name, value]) => [name, String(value)]));
}

/** Who wanted something, as it is stored. */
export function actorOf(json: Prisma.JsonValue): Operation['by'] {
  const { kind = '', name = '' } = textsOf(json);
  return { kind, name };
}
