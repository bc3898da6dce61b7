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
    const row = await this.gate.read(scope, (db) => db.taskResult.findFirst({ where, select: DETAIL }));
    if (row === null) return null;
    const deliveries = row.deliveries.map(deliveryOf);
    return {
      ...summaryOf(row),
      hmacKeyFingerprint: row.hmacKey.fingerprint,
      checks: row.checkResults.map(checkResultOf),
      deliveries,
      timeline: timelineOf(row),
    };
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
  organization: { select: { slug: true } },
  runTask: { select: { name: true } },
} as const satisfies Prisma.TaskResultSelect;

const DETAIL = {
  ...SUMMARY,
  startedAt: true,
  hmacKey: { select: { fingerprint: true } },
  checkResults: { orderBy: { position: 'asc' } },
  deliveries: {
    orderBy: { createdAt: 'asc' },
    select: {
      kind: true,
      state: true,
      reason: true,
      endedAt: true,
      attempts: { orderBy: { id: 'asc' } },
    },
  },
} as const satisfies Prisma.TaskResultSelect;

type SummaryRow = Prisma.TaskResultGetPayload<{ select: typeof SUMMARY }>;
/** A task result with everything that hangs on it. */
export type DetailRow = Prisma.TaskResultGetPayload<{ select: typeof DETAIL }>;

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

function deliveryOf({ kind, state, attempts }: DetailRow['deliveries'][number]): RecordedDelivery {
  return {
    kind: oneOf(['progress', 'final'], kind),
    state: oneOf(['due', 'delivered', 'undeliverable'], state),
    attempts: attempts.map(({ startedAt, status, answerClass, error, durationMs }) => ({
      at: startedAt,
      status,
      answerClass: oneOfOrNull(ANSWER_CLASSES, answerClass),
      error,
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
