import {
  describe,
  storable,
  type AttemptOutcome,
  type CallbackAnswer,
  type DeliveryStep,
  type Ids,
  type PendingDelivery,
} from '@rungate/run-task';
import type { ClientBase, QueryConfig } from 'pg';
import { auditStatement } from './audit-events.js';
import { jsonText } from './json-text.js';

/** D5 and D6: what came of an attempt, and of its task result when the delivery ended with it. Everything asked together. */
export async function finishDelivery(
  tx: ClientBase,
  delivery: PendingDelivery,
  outcome: AttemptOutcome,
  ids: Ids,
): Promise<void> {
  if (delivery.kind === 'final') {
    const { step } = outcome;
    const isPresumed = step.kind === 'delivered' && step.presumed;
    await Promise.all([
      tx.query(finishFinal(delivery, outcome)),
      ...(isPresumed ? [tx.query(notePresumed(delivery, outcome, ids))] : []),
    ]);
  } else {
    const { deadlines } = outcome;
    await Promise.all([
      tx.query(lockTaskResult(delivery)),
      tx.query(finishProgress(delivery, outcome)),
      ...(deadlines === null ? [] : [tx.query(moveDeadlines(delivery, deadlines))]),
      // After the others: a verdict that was being written meanwhile is seen only now.
      tx.query(wakeVerdict(delivery)),
    ]);
  }
}

/** A newer attempt has the word, except against a delivery that did arrive. */
const SETTLE = `
  WITH attempt AS (
    UPDATE delivery_attempts
    SET finished_at = now(), status = $4, answer_class = $5, error = $6, duration_ms = $7, answer = $12
    WHERE organization_id = $1 AND id = $3 AND finished_at IS NULL
    RETURNING id
  ), settled AS (
    UPDATE deliveries
    SET state = $8, due_at = coalesce($9, due_at), callback = coalesce($10, callback), reason = $11,
        ended_at = CASE $8 WHEN 'due' THEN NULL ELSE now() END,
        attempt_id = NULL, attempt_started_at = NULL, leased_until = NULL
    WHERE organization_id = $1 AND id = $2 AND state = 'due' AND (attempt_id = $3 OR $8 = 'delivered')
      AND EXISTS (SELECT FROM attempt)
    RETURNING state, reason
  )`;

function finishFinal(delivery: PendingDelivery, outcome: AttemptOutcome): QueryConfig {
  return {
    name: 'finish-final-attempt',
    // The grant goes with the end: a trigger of the table erases it, whoever writes the state.
    text: `${SETTLE}
      UPDATE task_results t
      SET state = s.state, reason = s.reason, delivered_at = CASE s.state WHEN 'delivered' THEN now() END,
          changed_at = clock_timestamp()
      FROM settled s
      WHERE t.organization_id = $1 AND t.id = $13 AND t.state = 'decided' AND s.state <> 'due'`,
    values: [...settleValues(delivery, outcome), delivery.taskResultId],
  };
}

/** Nobody said that the verdict arrived: a person may want to look. Only when it ended with this attempt, in this transaction. */
function notePresumed(delivery: PendingDelivery, { answer }: AttemptOutcome, ids: Ids): QueryConfig {
  const { organizationId, deliveryId, taskResultId } = delivery;
  const { name, text, values } = auditStatement(ids, {
    organizationId,
    by: { kind: 'system', id: null, name: 'delivery', role: 'system', address: null },
    action: 'task-result.presumed-delivered',
    subject: { kind: 'task-result', name: taskResultId },
    before: null,
    after: null,
    reason: describe(answer),
  });
  return {
    name: `${name}-of-delivery`,
    text: `${text.replace(/VALUES \((.*)\)/, 'SELECT $1')}
      FROM deliveries WHERE organization_id = $2::uuid AND id = $10::uuid AND state = 'delivered' AND ended_at = now()::timestamptz(3)`,
    values: [...values, deliveryId],
  };
}

/** A verdict that is being written locks its task result first, then the progress before it: in that order here, too. */
function lockTaskResult({ organizationId, taskResultId }: PendingDelivery): QueryConfig {
  return {
    name: 'lock-task-result',
    text: 'SELECT FROM task_results WHERE organization_id = $1 AND id = $2 FOR NO KEY UPDATE',
    values: [organizationId, taskResultId],
  };
}

function finishProgress(delivery: PendingDelivery, outcome: AttemptOutcome): QueryConfig {
  return {
    name: 'finish-progress-attempt',
    text: `${SETTLE} SELECT FROM settled`,
    values: settleValues(delivery, outcome),
  };
}

function settleValues(delivery: PendingDelivery, outcome: AttemptOutcome): unknown[] {
  const { answer, answerClass, durationMs, step } = outcome;
  return [
    delivery.organizationId,
    delivery.deliveryId,
    delivery.attemptId,
    answer.kind === 'status' ? answer.status : null,
    answerClass,
    errorOf(answer),
    Math.round(durationMs),
    step.kind === 'retry' ? 'due' : step.kind,
    step.kind === 'retry' ? step.at : null,
    newCallback(step),
    reasonOf(outcome),
    keptOf(answer),
  ];
}

function moveDeadlines(
  { organizationId, taskResultId }: PendingDelivery,
  { progressBy, decideAt }: NonNullable<AttemptOutcome['deadlines']>,
): QueryConfig {
  return {
    name: 'move-deadlines',
    text: `
      UPDATE task_results SET progress_by = $3, decide_at = CASE WHEN cut_short THEN decide_at ELSE $4 END
      WHERE organization_id = $1 AND id = $2 AND state NOT IN ('delivered', 'undeliverable')`,
    values: [organizationId, taskResultId, progressBy, decideAt],
  };
}

/** A verdict that waited for this progress is due at once, and learns of a deadline that moved. */
function wakeVerdict({ organizationId, taskResultId }: PendingDelivery): QueryConfig {
  return {
    name: 'wake-verdict',
    text: `
      UPDATE deliveries d SET due_at = least(d.due_at, date_trunc('milliseconds', now())), deadline = least(t.progress_by, t.final_by)
      FROM task_results t
      WHERE d.organization_id = $1 AND d.task_result_id = $2 AND d.kind = 'final' AND d.state = 'due'
        AND d.attempt_id IS NULL AND t.organization_id = $1 AND t.id = $2
        AND NOT EXISTS (SELECT FROM delivery_attempts a WHERE a.organization_id = $1 AND a.delivery_id = d.id)`,
    values: [organizationId, taskResultId],
  };
}

function newCallback(step: DeliveryStep): string | null {
  return step.kind === 'retry' && step.callback !== undefined ? jsonText(step.callback) : null;
}

function errorOf(answer: CallbackAnswer): string | null {
  const error = answer.kind === 'status' ? answer.title : answer.detail;
  return error === null ? null : storable(error);
}

function keptOf(answer: CallbackAnswer): string | null {
  return answer.kind === 'status' && answer.kept !== undefined ? storable(answer.kept) : null;
}

function reasonOf({ step, answer }: AttemptOutcome): string | null {
  switch (step.kind) {
    case 'delivered':
      return step.presumed ? storable(`Presumed delivered. ${describe(answer)}`) : null;
    case 'undeliverable':
      return storable(step.reason);
    case 'retry':
      return null;
  }
}
