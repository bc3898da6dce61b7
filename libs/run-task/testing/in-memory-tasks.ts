import {
  LEASE_MS,
  after,
  assertNever,
  isDecided,
  transition,
  type AttemptOutcome,
  type CallbackDocument,
  type CheckResult,
  type Clock,
  type DecideAnswer,
  type Decision,
  type DeliveryTurn,
  type Evaluation,
  type Ids,
  type LateTaskResult,
  type Lease,
  type PendingDelivery,
  type TaskStore,
} from '../src/index.js';
import { end, evaluationOf, held, openProgress, type DeliveryRow, type Row, type Version } from './rows.js';

const TURN_MS = 20_000;

/** The store as one organization sees it, in memory. */
export class InMemoryTaskStore implements TaskStore {
  constructor(
    private readonly rows: Map<string, Row>,
    private readonly versions: Map<string, Version>,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  loadEvaluation(lease: Lease): Promise<Evaluation | null> {
    const row = held(this.rows.get(lease.taskResultId), lease);
    return Promise.resolve(row === null ? null : this.evaluation(row, lease));
  }

  saveCheckResults(lease: Lease, results: readonly CheckResult[]): Promise<boolean> {
    const row = held(this.rows.get(lease.taskResultId), lease);
    if (row === null) return Promise.resolve(false);
    this.addResults(row, results);
    return Promise.resolve(true);
  }

  tryAlone(lease: Lease, check: string): Promise<boolean> {
    const row = held(this.rows.get(lease.taskResultId), lease);
    if (row !== null) row.trying = check;
    return Promise.resolve(row !== null);
  }

  decide(lease: Lease, decision: Decision): Promise<DecideAnswer> {
    return Promise.resolve(this.decideNow(lease, decision));
  }

  takeOver(late: LateTaskResult): Promise<Evaluation | null> {
    const row = this.rows.get(late.taskResultId);
    if (row === undefined || isDecided(row.taskResult) || row.taskResult.epoch !== late.epoch) {
      return Promise.resolve(null);
    }
    const leaseUntil = after(this.clock.now(), LEASE_MS);
    row.taskResult = transition(row.taskResult, { kind: 'claim', leaseUntil });
    row.leasedBy = null;
    const lease: Lease = {
      organizationId: row.organizationId,
      taskResultId: row.id,
      epoch: row.taskResult.epoch,
      attempt: row.attempt,
      expiresAt: leaseUntil,
    };
    return Promise.resolve(this.evaluation(row, lease));
  }

  startProgress(lease: Lease, callback: CallbackDocument): Promise<DeliveryTurn | null> {
    const row = held(this.rows.get(lease.taskResultId), lease);
    if (row === null || openProgress(row, this.clock.now())) return Promise.resolve(null);
    return Promise.resolve(this.start(this.addDelivery(row, 'progress', callback)));
  }

  loadDelivery(turn: DeliveryTurn): Promise<PendingDelivery | null> {
    const delivery = this.findDelivery(turn.deliveryId);
    return Promise.resolve(delivery?.state === 'due' ? pending(delivery, turn) : null);
  }

  finishAttempt(sent: PendingDelivery, outcome: AttemptOutcome): Promise<void> {
    const delivery = this.findDelivery(sent.deliveryId);
    const attempt = delivery?.attempts.find(({ id }) => id === sent.attemptId);
    if (delivery?.state === 'due' && attempt?.outcome === null) {
      attempt.outcome = outcome;
      attempt.answerClass = outcome.answerClass;
      // A newer attempt has the word, except against a delivery that did arrive.
      if (attempt !== delivery.attempts.at(-1) && outcome.step.kind !== 'delivered') return Promise.resolve();
      delivery.leasedUntil = null;
      this.settle(delivery, outcome);
    }
    return Promise.resolve();
  }

  private evaluation(row: Row, lease: Lease): Evaluation {
    const version = this.versions.get(row.accepted.hook.versionId);
    if (version === undefined) throw new Error(`no version ${row.accepted.hook.versionId}`);
    return evaluationOf(row, version, lease);
  }

  private decideNow(lease: Lease, { verdict, results, callback }: Decision): DecideAnswer {
    const row = held(this.rows.get(lease.taskResultId), lease);
    if (row === null) return { kind: 'stale', state: this.rows.get(lease.taskResultId)?.taskResult.state ?? null };
    this.addResults(row, results);
    row.taskResult = transition(row.taskResult, { kind: 'decide', epoch: lease.epoch, verdict });
    const waits = openProgress(row, this.clock.now());
    const delivery = this.addDelivery(row, 'final', callback);
    if (waits) return { kind: 'decided_later' };
    const { progressBy, finalBy } = row;
    return { kind: 'decided', turn: this.start(delivery), progressBy, finalBy };
  }

  private addResults(row: Row, results: readonly CheckResult[]): void {
    const known = new Set(row.results.map((result) => result.name));
    const news = results.filter((result) => !known.has(result.name));
    row.results.push(...news);
    if (news.length > 0) row.steppedAt = this.clock.now();
  }

  private addDelivery(row: Row, kind: DeliveryRow['kind'], callback: CallbackDocument): DeliveryRow {
    const delivery: DeliveryRow = {
      id: this.ids.next(),
      row,
      kind,
      state: 'due',
      callback,
      nextAttemptAt: this.clock.now(),
      leasedUntil: null,
      attempts: [],
    };
    row.deliveries.push(delivery);
    return delivery;
  }

  private start(delivery: DeliveryRow): DeliveryTurn {
    const now = this.clock.now();
    const attempt = { id: this.ids.next(), startedAt: now, answerClass: null, outcome: null };
    delivery.attempts.push(attempt);
    delivery.leasedUntil = after(now, TURN_MS);
    return { organizationId: delivery.row.organizationId, deliveryId: delivery.id, attemptId: attempt.id };
  }

  private settle(delivery: DeliveryRow, { step, deadlines }: AttemptOutcome): void {
    switch (step.kind) {
      case 'delivered':
        delivery.state = 'delivered';
        if (delivery.kind === 'final') end(delivery.row, { kind: 'deliver', presumed: step.presumed });
        else if (deadlines !== null) Object.assign(delivery.row, deadlines);
        return;
      case 'undeliverable':
        delivery.state = 'undeliverable';
        if (delivery.kind === 'final') end(delivery.row, { kind: 'give_up', reason: step.reason });
        return;
      case 'retry':
        delivery.nextAttemptAt = step.at;
        delivery.callback = step.callback ?? delivery.callback;
        return;
      default:
        assertNever(step);
    }
  }

  private findDelivery(id: string): DeliveryRow | undefined {
    return [...this.rows.values()].flatMap((row) => row.deliveries).find((delivery) => delivery.id === id);
  }
}

/** Null once the token is erased, or when the turn is no longer the newest attempt. */
function pending(delivery: DeliveryRow, turn: DeliveryTurn): PendingDelivery | null {
  const { row, attempts } = delivery;
  if (row.grant === null || attempts.at(-1)?.id !== turn.attemptId) return null;
  return {
    ...turn,
    taskResultId: row.id,
    kind: delivery.kind,
    callbackUrl: row.grant.callbackUrl,
    terraformOrigin: row.accepted.hook.terraformOrigin,
    originRecords: [],
    accessToken: row.grant.accessToken,
    callback: delivery.callback,
    dueAt: delivery.nextAttemptAt,
    earlier: attempts
      .slice(0, -1)
      .map(({ answerClass }) => answerClass ?? 'unknown')
      .filter((answerClass) => answerClass !== 'held'),
    deadlineProfile: row.accepted.hook.deadlineProfile,
    progressBy: row.progressBy,
    finalBy: row.finalBy,
  };
}
