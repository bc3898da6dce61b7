import {
  transition,
  type AttemptOutcome,
  type AnswerClass,
  type CallbackDocument,
  type Check,
  type CheckResult,
  type Evaluation,
  type Lease,
  type NewTaskResult,
  type TaskResult,
  type Verdict,
} from '../src/index.js';

/** What the in-memory stores keep of a task result: the columns of the real table. */
export interface Row {
  readonly id: string;
  readonly organizationId: string;
  readonly accepted: NewTaskResult;
  readonly receivedAt: Date;
  /** The first claim, or the last result that was saved since. */
  steppedAt: Date | null;
  lapses: number;
  trying: string | null;
  cutShort: boolean;
  finalBy: Date;
  taskResult: TaskResult;
  leasedBy: string | null;
  attempt: number;
  progressBy: Date;
  decideAt: Date;
  progressDueAt: Date;
  /** Null once it was erased. */
  grant: NewTaskResult['request']['grant'] | null;
  results: CheckResult[];
  readonly deliveries: DeliveryRow[];
}

/** A delivery as the in-memory store keeps it. */
export interface DeliveryRow {
  readonly id: string;
  readonly row: Row;
  readonly kind: 'progress' | 'final';
  state: 'due' | 'delivered' | 'undeliverable';
  callback: CallbackDocument;
  nextAttemptAt: Date;
  leasedUntil: Date | null;
  readonly attempts: AttemptRow[];
}

/** An attempt as the in-memory store keeps it. */
export interface AttemptRow {
  readonly id: string;
  startedAt: Date;
  answerClass: AnswerClass | null;
  outcome: AttemptOutcome | null;
}

/** How a run task judges: the immutable version of a hook. */
export interface Version {
  readonly checks: readonly Check[];
  readonly onTimeout: Verdict;
  readonly downloadOrigins: readonly string[];
  /** That of the request when absent. */
  readonly terraformOrganization?: string;
}

/** An attempt that takes longer than this is over, whatever its process says: the sender's timer is shorter. */
const ATTEMPT_MS = 18_000;

/** The row, when the lease still entitles to write: its epoch is the newest one. */
export function held(row: Row | undefined, lease: Lease): Row | null {
  return row?.taskResult.state === 'evaluating' && row.taskResult.epoch === lease.epoch ? row : null;
}

/** What evaluate gets to know of a row. */
export function evaluationOf(row: Row, version: Version, lease: Lease): Evaluation {
  const { accepted } = row;
  return {
    lease,
    organizationSlug: 'acme',
    runTaskId: accepted.hook.runTaskId,
    runTaskName: 'guardrails',
    stage: accepted.request.facts.stage,
    request: accepted.request,
    terraformOrigin: accepted.hook.terraformOrigin,
    terraformOrganization: version.terraformOrganization ?? accepted.request.facts.organization_name,
    downloadOrigins: version.downloadOrigins,
    originRecords: [],
    checks: version.checks,
    onTimeout: version.onTimeout,
    deadlineProfile: accepted.hook.deadlineProfile,
    finished: [...row.results],
    receivedAt: row.receivedAt,
    steppedAt: row.steppedAt ?? row.receivedAt,
    lapses: row.lapses,
    trying: row.trying,
    cutShort: row.cutShort,
    progressBy: row.progressBy,
    finalBy: row.finalBy,
  };
}

/** A progress update that is being sent holds back the final one. */
export function openProgress(row: Row, now: Date): boolean {
  return row.deliveries.some(
    (delivery) =>
      delivery.kind === 'progress' &&
      delivery.attempts.some(
        (attempt) => attempt.outcome === null && now.getTime() - attempt.startedAt.getTime() < ATTEMPT_MS,
      ),
  );
}

/** Ends a task result and erases its grant, as D6 does. */
export function end(
  row: Row,
  event: { kind: 'deliver'; presumed: boolean } | { kind: 'give_up'; reason: string },
): void {
  row.taskResult = transition(row.taskResult, event);
  row.grant = null;
}
