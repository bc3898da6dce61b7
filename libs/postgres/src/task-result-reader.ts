import {
  CHECK_FAILURES,
  ISOLATION_LEVELS,
  SEVERITIES,
  STAGES,
  TASK_RESULT_STATES,
  type AnswerClass,
  type CheckResult,
  type ListedTaskResult,
  type PastTaskResult,
  type PlanChanges,
  type RecordedDelivery,
  type Scope,
  type Severity,
  type StoredInput,
  type TaskResultDetail,
  type TaskResultFacets,
  type TaskResultFilter,
  type TaskResultPage,
  type TaskResultReader,
  type TaskResultRows,
  type TaskResultSummary,
  type ToldVerdict,
} from '@rungate/run-task';
import type { Prisma } from './generated/client.js';
import { isUuid } from './organization-gate.js';
import type { ReadGate } from './read-gate.js';
import {
  oneOf,
  oneOfOrNull,
  storedCallback,
  storedChanges,
  storedFacts,
  storedFindings,
  storedNumbers,
  storedTexts,
} from './stored.js';
import { countFacets } from './task-result-facets.js';
import { searchOf, wantedOf, whereOf } from './task-result-filter.js';
import { timelineOf } from './timeline.js';

/** Rows that one search looks at: the next page goes on behind them. */
const SEARCHED = 10_000;

/** What people see of task results: the grant is not among it. */
export class PostgresTaskResultReader implements TaskResultReader {
  constructor(private readonly gate: ReadGate) {}

  async list(scope: Scope, { filter, order, limit, after }: TaskResultPage): Promise<TaskResultRows> {
    if (after !== null && !isUuid(after)) return { rows: [], searchedTo: null };
    const isNewest = order === 'newest_first';
    const direction = isNewest ? ('desc' as const) : ('asc' as const);
    const beyond = (id: string): Prisma.TaskResultWhereInput => ({ id: isNewest ? { lt: id } : { gt: id } });
    const search = searchOf(filter);
    return this.gate.read(scope, async (db) => {
      const rest = [...(await wantedOf(db, scope, filter)), ...(after === null ? [] : [beyond(after)])];
      const orderBy = { id: direction };
      const last =
        search === null
          ? null
          : await db.taskResult.findFirst({ where: { AND: rest }, orderBy, skip: SEARCHED, select: { id: true } });
      const part = last === null ? [] : [{ id: isNewest ? { gte: last.id } : { lte: last.id } }];
      const where = { AND: [...rest, ...part, ...(search === null ? [] : [search])] };
      const rows = await db.taskResult.findMany({ where, orderBy, take: limit, select: SUMMARY });
      const findings = await findingsOf(db, rows);
      const listed = rows.map((row) => ({ ...summaryOf(row), findings: findings.get(row.id) ?? {} }));
      return { rows: listed, searchedTo: rows.length < limit ? (last?.id ?? null) : null };
    });
  }

  async history(scope: Scope, id: string, limit: number): Promise<readonly PastTaskResult[] | null> {
    if (!isUuid(id)) return null;
    return this.gate.read(scope, async (db) => {
      const where = { id, ...whereOf(scope, {}) };
      const of = await db.taskResult.findFirst({ where, select: { organizationId: true, workspaceId: true } });
      if (of === null) return null;
      const rows = await db.taskResult.findMany({
        where: { ...of, state: { in: ['delivered', 'undeliverable'] } },
        orderBy: { id: 'desc' },
        take: limit,
        select: {
          id: true,
          runId: true,
          stage: true,
          verdict: true,
          state: true,
          receivedAt: true,
          runTask: { select: { name: true } },
        },
      });
      return rows.map(({ runTask, stage, verdict, state, ...row }) => ({
        ...row,
        runTask: runTask.name,
        stage: oneOf(STAGES, stage),
        verdict: oneOf(['passed', 'failed'], verdict ?? ''),
        state: oneOf(TASK_RESULT_STATES, state),
      }));
    });
  }

  async planChanges(scope: Scope, id: string): Promise<PlanChanges | 'none' | null> {
    if (!isUuid(id)) return null;
    return this.gate.read(scope, async (db) => {
      const of = await db.taskResult.findFirst({ where: { id, ...whereOf(scope, {}) }, select: { id: true } });
      if (of === null) return null;
      const row = await db.planChanges.findFirst({ where: { taskResultId: id } });
      return row === null ? 'none' : storedChanges(row.changes);
    });
  }

  async told(scope: Scope, id: string): Promise<ToldVerdict | null> {
    if (!isUuid(id)) return null;
    return this.gate.read(scope, async (db) => {
      const row = await db.delivery.findFirst({
        where: { kind: 'final', taskResult: { id, ...whereOf(scope, {}) } },
        select: { callback: true, taskResult: { select: { facts: true } } },
      });
      if (row === null) return null;
      const { stage, task_result_enforcement_level: enforcementLevel } = storedFacts(row.taskResult.facts);
      return { stage, enforcementLevel, callback: storedCallback(row.callback) };
    });
  }

  facets(scope: Scope, filter: TaskResultFilter): Promise<TaskResultFacets> {
    return this.gate.read(scope, (db) => countFacets(db, scope, filter));
  }

  async find(scope: Scope, id: string): Promise<TaskResultDetail | null> {
    if (!isUuid(id)) return null;
    const where = { id, ...whereOf(scope, {}) };
    return this.gate.read(scope, async (db) => {
      const row = await db.taskResult.findFirst({ where, select: DETAIL });
      if (row === null) return null;
      const attempts = await attemptsOf(db, row.id, scope);
      return { ...detailOf(row, attempts), input: await inputOf(db, row) };
    });
  }
}

const SUMMARY = {
  id: true,
  facts: true,
  state: true,
  verdict: true,
  message: true,
  receivedAt: true,
  progressBy: true,
  finalBy: true,
  startedAt: true,
  decidedAt: true,
  deliveredAt: true,
  reason: true,
  purgedAt: true,
  organization: { select: { slug: true, inputRetentionDays: true } },
  runTask: { select: { name: true } },
  version: { select: { terraformOrigin: true } },
} as const satisfies Prisma.TaskResultSelect;

const ATTEMPT = {
  deliveryId: true,
  startedAt: true,
  finishedAt: true,
  status: true,
  answerClass: true,
  error: true,
  durationMs: true,
} as const satisfies Prisma.DeliveryAttemptSelect;

const DETAIL = {
  ...SUMMARY,
  hmacKey: { select: { fingerprint: true } },
  checkResults: { orderBy: { position: 'asc' } },
  deliveries: {
    orderBy: { createdAt: 'asc' },
    select: {
      id: true,
      kind: true,
      state: true,
      reason: true,
      endedAt: true,
    },
  },
} as const satisfies Prisma.TaskResultSelect;

type SummaryRow = Prisma.TaskResultGetPayload<{ select: typeof SUMMARY }>;
type DetailRow = Prisma.TaskResultGetPayload<{ select: typeof DETAIL }>;
type AttemptRow = Prisma.DeliveryAttemptGetPayload<{ select: typeof ATTEMPT }> & { readonly answer?: string | null };
/** A task result with everything that hangs on it. */
export type WholeRow = Omit<DetailRow, 'deliveries'> & {
  readonly deliveries: readonly (DetailRow['deliveries'][number] & { readonly attempts: readonly AttemptRow[] })[];
};

function detailOf(row: DetailRow, attempts: readonly AttemptRow[]): Omit<TaskResultDetail, 'input'> {
  const deliveries = row.deliveries.map((delivery) => ({
    ...delivery,
    attempts: attempts.filter(({ deliveryId }) => deliveryId === delivery.id),
  }));
  return {
    ...summaryOf(row),
    hmacKeyFingerprint: row.hmacKey.fingerprint,
    checks: row.checkResults.map(checkResultOf),
    deliveries: deliveries.map(deliveryOf),
    timeline: timelineOf({ ...row, deliveries }),
  };
}

/** By a query of their own: one with relations asks for all columns, and an organization's login may not read what was answered. */
function attemptsOf(db: Prisma.TransactionClient, taskResultId: string, scope: Scope): Promise<AttemptRow[]> {
  const where = { delivery: { taskResultId } };
  const orderBy = { id: 'asc' as const };
  return scope.kind === 'organization'
    ? db.deliveryAttempt.findMany({ where, orderBy, select: ATTEMPT })
    : db.deliveryAttempt.findMany({ where, orderBy, select: { ...ATTEMPT, answer: true } });
}

/** Its own query, too: of the sealed bytes nothing may be asked for. */
async function inputOf(db: Prisma.TransactionClient, { id, organization }: DetailRow): Promise<StoredInput> {
  const input = await db.taskInput.findFirst({
    where: { taskResultId: id },
    select: { isWhole: true, storedAt: true },
  });
  if (input === null) return { state: 'none', keptUntil: null };
  if (!input.isWhole) return { state: 'too_large', keptUntil: null };
  return { state: 'kept', keptUntil: daysAfter(input.storedAt, organization.inputRetentionDays) };
}

function daysAfter(moment: Date, days: number): Date {
  return new Date(moment.getTime() + days * 86_400_000);
}

/** How much was found in each of these, by severity. */
async function findingsOf(
  db: Prisma.TransactionClient,
  rows: readonly { readonly id: string }[],
): Promise<ReadonlyMap<string, ListedTaskResult['findings']>> {
  const all = new Map<string, Partial<Record<Severity, number>>>();
  if (rows.length === 0) return all;
  const counts = await db.$queryRaw<{ id: string; severity: string; count: number }[]>`
    SELECT c.task_result_id AS id, f->>'severity' AS severity, count(*)::integer AS count
    FROM check_results c, jsonb_array_elements(c.findings) f
    WHERE c.task_result_id = ANY (${rows.map(({ id }) => id)}::uuid[]) AND c.enforcement <> 'shadow'
    GROUP BY 1, 2`;
  for (const { id, severity, count } of counts) {
    all.set(id, { ...all.get(id), [oneOf(SEVERITIES, severity)]: count });
  }
  return all;
}

function summaryOf(row: SummaryRow): TaskResultSummary {
  return {
    id: row.id,
    organization: row.organization.slug,
    runTask: row.runTask.name,
    facts: storedFacts(row.facts),
    terraformOrigin: row.version.terraformOrigin,
    state: oneOf(TASK_RESULT_STATES, row.state),
    verdict: oneOfOrNull(['passed', 'failed'], row.verdict),
    message: row.message,
    receivedAt: row.receivedAt,
    startedAt: row.startedAt,
    progressBy: row.progressBy,
    finalBy: row.finalBy,
    decidedAt: row.decidedAt,
    deliveredAt: row.deliveredAt,
    reason: row.reason,
    purgedAt: row.purgedAt,
  };
}

function checkResultOf(row: DetailRow['checkResults'][number]): CheckResult {
  return {
    name: row.name,
    use: row.use,
    enforcement: oneOf(['mandatory', 'advisory', 'shadow'], row.enforcement),
    status: oneOf(['passed', 'failed', 'errored', 'skipped', 'waiting'], row.status),
    blocks: row.blocks,
    message: row.message,
    findings: storedFindings(row.findings),
    facts: storedNumbers(row.facts),
    failure: oneOfOrNull(CHECK_FAILURES, row.failure),
    durationMs: row.durationMs,
    isolation: oneOfOrNull(ISOLATION_LEVELS, row.isolation),
    log: storedTexts(row.log),
  };
}

function deliveryOf({ kind, state, attempts }: WholeRow['deliveries'][number]): RecordedDelivery {
  return {
    kind: oneOf(['progress', 'final'], kind),
    state: oneOf(['due', 'delivered', 'undeliverable'], state),
    attempts: attempts.map(({ startedAt, status, answerClass, error, answer = null, durationMs }) => ({
      at: startedAt,
      status,
      answerClass: oneOfOrNull(ANSWER_CLASSES, answerClass),
      error,
      answer,
      durationMs,
    })),
  };
}

const ANSWER_CLASSES = [
  'delivered',
  'conflict',
  'unauthorized',
  'not_found',
  'ours',
  'throttled',
  'transient',
  'unknown',
  'redirect',
  'certificate',
  'forbidden',
  'held',
] as const satisfies readonly AnswerClass[];
