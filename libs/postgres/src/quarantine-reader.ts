import type { Actor, Clock, Ids, QuarantineReader, ShownQuarantine } from '@rungate/run-task';
import { CHECK_FAILURES } from '@rungate/run-task';
import { noteAudit } from './audit-events.js';
import type { Prisma, Quarantine } from './generated/client.js';
import { isUuid } from './organization-gate.js';
import type { PrismaOrganizationGate } from './prisma.js';
import type { ReadGate } from './read-gate.js';
import { oneOfOrNull } from './stored.js';

type Tx = Prisma.TransactionClient;

/** What it reads and writes through, and what an audit event takes. */
export interface QuarantineReaderPorts {
  readonly gate: PrismaOrganizationGate;
  readonly readGate: ReadGate;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** An organization's through its own login, those for everybody as the platform. */
export class PostgresQuarantineReader implements QuarantineReader {
  constructor(private readonly ports: QuarantineReaderPorts) {}

  list(organizationId: string | null, limit: number, after: string | null): Promise<readonly ShownQuarantine[]> {
    const scope =
      organizationId === null ? ({ kind: 'platform' } as const) : ({ kind: 'organization', organizationId } as const);
    return this.ports.readGate.read(scope, async (db) => {
      const where = { ...this.#activeOf(organizationId), ...(after === null ? {} : { id: { gt: after } }) };
      const rows = await db.quarantine.findMany({ where, orderBy: { id: 'asc' }, take: limit });
      const names = await runTaskNames(db, rows);
      return rows.map((row) => shownOf(row, names));
    });
  }

  async lift(organizationId: string | null, id: string, by: Actor): Promise<boolean> {
    if (!isUuid(id)) return false;
    const now = this.ports.clock.now();
    const work = async (tx: Tx): Promise<boolean> => {
      const where = { ...this.#activeOf(organizationId), id };
      const row = await tx.quarantine.findFirst({ where });
      const { count } = await tx.quarantine.updateMany({ where, data: { liftedAt: now, liftedBy: by.name } });
      if (row === null || count === 0) return false;
      const { use, pluginVersion, checkName, failure } = row;
      const subject = { kind: 'quarantine', name: checkName ?? `${use} ${pluginVersion}` };
      const before = { use, pluginVersion, failure, until: row.until.toISOString() };
      await noteAudit(tx, this.ports.ids, {
        organizationId,
        by,
        action: 'quarantine.lifted',
        subject,
        before,
        after: null,
      });
      return true;
    };
    return organizationId === null
      ? this.ports.readGate.writePlatform(work)
      : this.ports.gate.withOrganization(organizationId, work);
  }

  #activeOf(organizationId: string | null): Prisma.QuarantineWhereInput {
    return { organizationId, liftedAt: null, until: { gt: this.ports.clock.now() } };
  }
}

async function runTaskNames(db: Tx, rows: readonly Quarantine[]): Promise<ReadonlyMap<string, string>> {
  const ids = rows.flatMap(({ runTaskId }) => (runTaskId === null ? [] : [runTaskId]));
  if (ids.length === 0) return new Map();
  const found = await db.runTask.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
  return new Map(found.map(({ id, name }) => [id, name]));
}

function shownOf(row: Quarantine, names: ReadonlyMap<string, string>): ShownQuarantine {
  const { organizationId, runTaskId, checkName: check } = row;
  const isOfCheck = organizationId !== null && runTaskId !== null && check !== null;
  return {
    id: row.id,
    place: isOfCheck ? { organizationId, runTaskId, check } : null,
    runTask: runTaskId === null ? null : (names.get(runTaskId) ?? null),
    use: row.use,
    pluginVersion: row.pluginVersion,
    failure: oneOfOrNull(CHECK_FAILURES, row.failure),
    count: row.count,
    since: row.since,
    until: row.until,
  };
}
