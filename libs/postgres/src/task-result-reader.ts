import {
  CHECK_FAILURES,
  ISOLATION_LEVELS,
  TASK_RESULT_STATES,
  type AnswerClass,
  type CheckResult,
  type RecordedDelivery,
  type Scope,
  type TaskResultDetail,
  type TaskResultFilter,
  type TaskResultPage,
  type TaskResultReader,
  type TaskResultSummary,
} from '@rungate/run-task';
import type { Prisma } from './generated/client.js';
import { isUuid } from './organization-gate.js';
import { organizationsIn, type ReadGate } from './read-gate.js';
import { oneOf, oneOfOrNull, storedFacts, storedFindings, storedNumbers, storedTexts } from './stored.js';
import { timelineOf } from './timeline.js';

/** What people see of task results: the grant is not among it. */
export class PostgresTaskResultReader implements TaskResultReader {
  constructor(private readonly gate: ReadGate) {}

  async list(scope: Scope, { filter, limit, after }: TaskResultPage): Promise<readonly TaskResultSummary[]> {
    if (after !== null && !isUuid(after)) return [];
    const where = { ...whereOf(scope, filter), ...(after === null ? {} : { id: { lt: after } }) };
    const rows = await this.gate.read(scope, (db) =>
      db.taskResult.findMany({ where, orderBy: { id: 'desc' }, take: limit, select: SUMMARY }),
    );
    return rows.map(summaryOf);
  }

  async find(scope: Scope, id: string): Promise<TaskResultDetail | null> {
    if (!isUuid(id)) return null;
    const where = { id, ...whereOf(scope, {}) };
    return this.gate.read(scope, async (db) => {
      const row = await db.taskResult.findFirst({ where, select: DETAIL });
      return row === null ? null : detailOf(row, await attemptsOf(db, row.id, scope));
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
  decidedAt: true,
  deliveredAt: true,
  reason: true,
  purgedAt: true,
  organization: { select: { slug: true } },
  runTask: { select: { name: true } },
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
  startedAt: true,
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

function detailOf(row: DetailRow, attempts: readonly AttemptRow[]): TaskResultDetail {
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

function whereOf(scope: Scope, filter: TaskResultFilter): Prisma.TaskResultWhereInput {
  const { organization, runTask, runId, taskResultId, workspace, state, verdict, stage, since, until } = filter;
  return {
    ...(organization === undefined && scope.kind !== 'partner'
      ? {}
      : { organization: { ...defined({ slug: organization }), ...organizationsIn(scope) } }),
    ...(runTask === undefined ? {} : { runTask: { name: runTask } }),
    ...(workspace === undefined ? {} : { OR: [{ workspaceName: workspace }, { workspaceId: workspace }] }),
    ...defined({ runId, taskResultId, state, verdict, stage }),
    ...(since === undefined && until === undefined ? {} : { receivedAt: defined({ gte: since, lt: until }) }),
  };
}

function defined<T>(fields: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function summaryOf(row: SummaryRow): TaskResultSummary {
  return {
    id: row.id,
    organization: row.organization.slug,
    runTask: row.runTask.name,
    facts: storedFacts(row.facts),
    state: oneOf(TASK_RESULT_STATES, row.state),
    verdict: oneOfOrNull(['passed', 'failed'], row.verdict),
    message: row.message,
    receivedAt: row.receivedAt,
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
