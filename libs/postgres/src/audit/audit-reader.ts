import type { Actor, AuditFilter, AuditPage, AuditReader, RecordedEvent } from '@rungate/run-task';
import { z } from 'zod';
import { PostgresError } from '../errors.js';
import type { Prisma } from '../generated/client.js';
import { isUuid } from '../organization-gate.js';
import type { ReadGate } from '../read-gate.js';

/** The audit trail for people: an organization's through its own login, all of it as the platform. */
export class PostgresAuditReader implements AuditReader {
  constructor(private readonly gate: ReadGate) {}

  async list({ filter, order, limit, after }: AuditPage): Promise<readonly RecordedEvent[]> {
    if (after !== null && !isUuid(after)) return [];
    const { organizationId } = filter;
    const scope =
      organizationId === null ? { kind: 'platform' as const } : { kind: 'organization' as const, organizationId };
    const isNewest = order === 'newest_first';
    return this.gate.read(scope, async (db) => {
      const rows = await db.auditEvent.findMany({
        where: { ...whereOf(filter), ...(after === null ? {} : { id: isNewest ? { lt: after } : { gt: after } }) },
        orderBy: { id: isNewest ? 'desc' : 'asc' },
        take: limit,
      });
      const slugs = await slugsOf(db, rows);
      return rows.map((row) => eventOf(row, slugs));
    });
  }
}

function whereOf({ organizationId, since, until, actor, action }: AuditFilter): Prisma.AuditEventWhereInput {
  return {
    ...(organizationId === null ? {} : { organizationId }),
    ...(since === undefined && until === undefined ? {} : { at: { gte: since, lt: until } }),
    ...(actor === undefined ? {} : { actor: { path: ['name'], equals: actor } }),
    ...(action === undefined ? {} : { action }),
  };
}

type EventRow = Prisma.AuditEventGetPayload<object>;

async function slugsOf(db: Prisma.TransactionClient, rows: readonly EventRow[]): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.flatMap(({ organizationId }) => organizationId ?? []))];
  const found = await db.organization.findMany({ where: { id: { in: ids } }, select: { id: true, slug: true } });
  return new Map(found.map(({ id, slug }) => [id, slug]));
}

function eventOf(
  { organizationId, actor, address, ...row }: EventRow,
  slugs: ReadonlyMap<string, string>,
): RecordedEvent {
  return {
    id: row.id,
    at: row.at,
    organization: organizationId === null ? null : (slugs.get(organizationId) ?? null),
    by: { ...read(ACTOR, actor, row.id), address } satisfies Actor,
    action: row.action,
    subject: read(SUBJECT, row.subject, row.id),
    before: read(FIELDS, row.before, row.id),
    after: read(FIELDS, row.after, row.id),
    reason: row.reason,
  };
}

const ACTOR = z.object({
  kind: z.enum(['bootstrap', 'token', 'person', 'system']),
  id: z.string().nullable(),
  name: z.string(),
  role: z.string(),
});
const SUBJECT = z.object({ kind: z.string(), name: z.string() });
const FIELDS = z.record(z.string(), z.unknown()).nullable();

function read<T>(shape: z.ZodType<T>, stored: unknown, id: string): T {
  const parsed = shape.safeParse(stored);
  if (parsed.success) return parsed.data;
  throw new PostgresError('bad_row', `The audit event ${id} has an unknown form.`, { cause: parsed.error });
}
