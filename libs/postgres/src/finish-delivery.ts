import {
  describe,
  storable,
  type AttemptOutcome,
  type CallbackAnswer,
  type DeliveryStep,
  type PendingDelivery,
} from '@rungate/run-task';
import type { ClientBase } from 'pg';
import { jsonText } from './json-text.js';

/** D5 and D6: what came of an attempt, and of its task result when the delivery ended with it. */
export async function finishDelivery(
  tx: ClientBase,
  delivery: PendingDelivery,
  outcome: AttemptOutcome,
): Promise<void> {
  const reason = reasonOf(outcome);
  const settled = await settle(tx, { delivery, outcome, reason });
  if (delivery.kind === 'progress') {
    await moveDeadlines(tx, delivery, outcome);
    return;
  }
  if (settled && outcome.step.kind !== 'retry') {
    await tx.query({
      name: 'end-task-result',
      // The grant goes with it: a trigger of the table erases it, whoever writes the state.
      text: `
        UPDATE task_results
        SET state = $3, reason = $4, delivered_at = CASE $3 WHEN 'delivered' THEN now() END
        WHERE organization_id = $1 AND id = $2 AND state = 'decided'`,
      values: [delivery.organizationId, delivery.taskResultId, outcome.step.kind, reason],
    });
  }
}

interface Finished {
  readonly delivery: PendingDelivery;
  readonly outcome: AttemptOutcome;
  readonly reason: string | null;
}

/** Whether the outcome counts: a newer attempt has the word, except against a delivery that did arrive. */
async function settle(tx: ClientBase, { delivery, outcome, reason }: Finished): Promise<boolean> {
  const { answer, answerClass, durationMs, step } = outcome;
  const { rows } = await tx.query<{ settled: boolean }>({
    name: 'finish-attempt',
    text: `
      WITH attempt AS (
        UPDATE delivery_attempts
        SET finished_at = now(), status = $4, answer_class = $5, error = $6, duration_ms = $7
        WHERE organization_id = $1 AND id = $3 AND finished_at IS NULL
        RETURNING id
      ), settled AS (
        UPDATE deliveries
        SET state = $8, due_at = coalesce($9, due_at), callback = coalesce($10, callback), reason = $11,
            ended_at = CASE $8 WHEN 'due' THEN NULL ELSE now() END,
            attempt_id = NULL, attempt_started_at = NULL, leased_until = NULL
        WHERE organization_id = $1 AND id = $2 AND state = 'due' AND (attempt_id = $3 OR $8 = 'delivered')
          AND EXISTS (SELECT FROM attempt)
        RETURNING id
      )
      SELECT EXISTS (SELECT FROM settled) AS settled`,
    values: [
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
      reason,
    ],
  });
  return rows[0]?.settled === true;
}

/** A verdict that waited for this progress is due at once, and both learn of a deadline that moved. */
async function moveDeadlines(tx: ClientBase, delivery: PendingDelivery, { deadlines }: AttemptOutcome): Promise<void> {
  const { organizationId, taskResultId } = delivery;
  if (deadlines !== null) {
    await tx.query({
      name: 'move-deadlines',
      text: `
        UPDATE task_results SET progress_by = $3, decide_at = $4
        WHERE organization_id = $1 AND id = $2 AND state NOT IN ('delivered', 'undeliverable')`,
      values: [organizationId, taskResultId, deadlines.progressBy, deadlines.decideAt],
    });
  }
  // A statement after the others: a verdict that was being written meanwhile is seen only now.
  await tx.query({
    name: 'wake-verdict',
    text: `
      UPDATE deliveries d SET due_at = least(d.due_at, date_trunc('milliseconds', now())), deadline = least(t.progress_by, t.final_by)
      FROM task_results t
      WHERE d.organization_id = $1 AND d.task_result_id = $2 AND d.kind = 'final' AND d.state = 'due'
        AND d.attempt_id IS NULL AND t.organization_id = $1 AND t.id = $2
        AND NOT EXISTS (SELECT FROM delivery_attempts a WHERE a.organization_id = $1 AND a.delivery_id = d.id)`,
    values: [organizationId, taskResultId],
  });
}

function newCallback(step: DeliveryStep): string | null {
  return step.kind === 'retry' && step.callback !== undefined ? jsonText(step.callback) : null;
}

function errorOf(answer: CallbackAnswer): string | null {
  const error = answer.kind === 'status' ? answer.title : answer.detail;
  return error === null ? null : storable(error);
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
