import {
  CHECK_FAILURES,
  ISOLATION_LEVELS,
  TASK_RESULT_STATES,
  type AnswerClass,
  type CheckResult,
  type RecordedDelivery,
  type TaskResultDetail,
  type TaskResultFilter,
  type TaskResultReader,
  type TaskResultSummary,
} from '@rungate/run-task';
import type { Prisma, PrismaClient } from './generated/client.js';
import { isUuid } from './organization-gate.js';
import { oneOf, oneOfOrNull, storedFacts, storedFindings, storedNumbers, storedTexts } from './stored.js';
import { timelineOf } from './timeline.js';

/** What operators see, as `rungate_platform`: the grant is not among it. */
export class PostgresTaskResultReader implements TaskResultReader {
  constructor(private readonly platform: PrismaClient) {}

  async list(filter: TaskResultFilter, limit: number, after: string | null): Promise<readonly TaskResultSummary[]> {
    if (after !== null && !isUuid(after)) return [];
    const rows = await this.platform.taskResult.findMany({
      where: { ...whereOf(filter), ...(after === null ? {} : { id: { lt: after } }) },
      orderBy: { id: 'desc' },
      take: limit,
      select: SUMMARY,
    });
    return rows.map(summaryOf);
  }

  async find(id: string): Promise<TaskResultDetail | null> {
    if (!isUuid(id)) return null;
    const row = await this.platform.taskResult.findFirst({ where: { id }, select: DETAIL });
    if (row === null) return null;
    const deliveries = row.deliveries.map(deliveryOf);
    return {
      ...summaryOf(row),
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

function whereOf(filter: TaskResultFilter): Prisma.TaskResultWhereInput {
  const { organization, runTask, runId, taskResultId, workspace, state, verdict, stage, since, until } = filter;
  return {
    ...(organization === undefined ? {} : { organization: { slug: organization } }),
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
] as const satisfies readonly AnswerClass[];
