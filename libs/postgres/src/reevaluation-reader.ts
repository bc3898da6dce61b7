import type { CheckResult, Reevaluation, ReevaluationReader, Scope } from '@rungate/run-task';
import { PostgresError } from './errors.js';
import type { Prisma } from './generated/client.js';
import { actorOf } from './operation-store.js';
import { isUuid } from './organization-gate.js';
import type { ReadGate } from './read-gate.js';
import { oneOf } from './stored.js';
import { whereOf } from './task-result-filter.js';

/** What later checks said, as people read it. */
export class PostgresReevaluationReader implements ReevaluationReader {
  constructor(private readonly gate: ReadGate) {}

  async list(scope: Scope, taskResultId: string, limit: number): Promise<readonly Reevaluation[] | null> {
    if (!isUuid(taskResultId)) return null;
    return this.gate.read(scope, async (db) => {
      const where = { id: taskResultId, ...whereOf(scope, {}) };
      const of = await db.taskResult.findFirst({ where, select: { organizationId: true, verdict: true } });
      if (of === null) return null;
      const rows = await db.reevaluation.findMany({
        where: { taskResultId, organizationId: of.organizationId },
        orderBy: { id: 'desc' },
        take: limit,
        include: { version: { select: { number: true } } },
      });
      return rows.map((row) => shownOf(row, of.verdict));
    });
  }
}

type Row = Prisma.ReevaluationGetPayload<{ include: { version: { select: { number: true } } } }>;

function shownOf(row: Row, first: string | null): Reevaluation {
  const { id, judgedAt: at, reason, operationId, version, verdict, message, results } = row;
  if (!areResults(results)) throw new PostgresError('bad_row', 'The results of a re-evaluation are not a list.');
  return {
    id,
    at,
    by: actorOf(row.actor),
    reason,
    operationId,
    runTaskRevision: version.number,
    verdict: oneOf(['passed', 'failed'], verdict),
    message,
    isSame: verdict === first,
    results,
  };
}

/** Only this lib writes them, from values of this very type. */
function areResults(json: unknown): json is readonly CheckResult[] {
  return Array.isArray(json);
}
