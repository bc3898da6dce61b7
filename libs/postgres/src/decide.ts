import { storable, type DecideAnswer, type Decision, type Lease, type TaskResultState } from '@rungate/run-task';
import type { ClientBase } from 'pg';
import { INSERT_CHECK_RESULTS, KEEP_FIRST } from './check-result-rows.js';
import { jsonText } from './json-text.js';
import { ATTEMPT_MS, TURN_MS } from './turn.js';

/** Ids of the rows that a new delivery needs. */
export interface NewDeliveryIds {
  readonly deliveryId: string;
  readonly attemptId: string;
}

/** A verdict to write, under which lease, with the ids of what it adds. */
export interface NewVerdict {
  readonly lease: Lease;
  readonly decision: Decision;
  readonly ids: NewDeliveryIds;
}

/**
 * D4: verdict, check results, final delivery and its first attempt, guarded by the epoch and by there being none yet. Two
 * statements, asked together: the second must see progress that was started before the row of the first was ours. Null
 * when nothing was written.
 */
export async function recordVerdict(
  tx: ClientBase,
  { lease, decision, ids }: NewVerdict,
): Promise<DecideAnswer | null> {
  const { organizationId, taskResultId, epoch } = lease;
  // Before the first statement leaves: what failed between the two would commit a verdict that nobody owes.
  const [message, results, callback] = [
    storable(decision.message),
    jsonText(decision.results),
    jsonText(decision.callback),
  ];
  const [decided, added] = await Promise.all([
    tx.query<{ progress_by: Date; final_by: Date }>({
      name: 'decide',
      text: `
        UPDATE task_results
        SET state = 'decided', verdict = $4, message = $5, decided_at = now(), leased_by = NULL, lease_until = NULL,
            changed_at = clock_timestamp()
        WHERE organization_id = $1 AND id = $2 AND epoch = $3 AND state = 'evaluating'
        RETURNING progress_by, final_by`,
      values: [organizationId, taskResultId, epoch, decision.verdict, message],
    }),
    tx.query<{ attempt_id: string | null }>({
      name: 'add-final-delivery',
      text: ADD_FINAL,
      values: [
        organizationId,
        taskResultId,
        epoch,
        results,
        callback,
        ids.deliveryId,
        ids.attemptId,
        ATTEMPT_MS,
        TURN_MS,
      ],
    }),
  ]);
  const [deadlines] = decided.rows;
  if (deadlines === undefined) return null;
  const attemptId = added.rows[0]?.attempt_id ?? null;
  if (attemptId === null) return { kind: 'decided_later' };
  const turn = { organizationId, deliveryId: ids.deliveryId, attemptId };
  return { kind: 'decided', turn, progressBy: deadlines.progress_by, finalBy: deadlines.final_by };
}

/** Progress that is being sent now holds the verdict back, so that it never arrives after it; until its time is over. */
const ADD_FINAL = `
  WITH decided AS (
    -- By the statement before this one: whoever decided it earlier wrote its delivery, too.
    SELECT t.progress_by, t.final_by, v.terraform_origin
    FROM task_results t JOIN run_task_versions v ON v.organization_id = t.organization_id AND v.id = t.version_id
    WHERE t.organization_id = $1 AND t.id = $2 AND t.epoch = $3 AND t.state = 'decided'
      AND NOT EXISTS (SELECT FROM deliveries WHERE organization_id = $1 AND task_result_id = $2 AND kind = 'final')
  ), results AS (
    ${INSERT_CHECK_RESULTS} WHERE EXISTS (SELECT FROM decided) ${KEEP_FIRST}
  ), sending AS (
    SELECT max(attempt_started_at) + $8 * interval '1 millisecond' AS until
    FROM (SELECT attempt_started_at FROM deliveries
          WHERE organization_id = $1 AND task_result_id = $2 AND kind = 'progress' AND state = 'due'
            AND attempt_started_at > now() - $8 * interval '1 millisecond'
          FOR UPDATE) progress
  ), delivery AS (
    INSERT INTO deliveries (organization_id, id, task_result_id, kind, origin, callback, deadline, due_at,
                            attempt_id, attempt_started_at, leased_until)
    SELECT $1, $6, $2, 'final', d.terraform_origin, $5, least(d.progress_by, d.final_by), coalesce(s.until, now()),
           CASE WHEN s.until IS NULL THEN $7::uuid END,
           CASE WHEN s.until IS NULL THEN now() END,
           CASE WHEN s.until IS NULL THEN now() + $9 * interval '1 millisecond' END
    FROM sending s, decided d
    RETURNING attempt_id
  ), attempt AS (
    INSERT INTO delivery_attempts (organization_id, id, delivery_id)
    SELECT $1, attempt_id, $6 FROM delivery WHERE attempt_id IS NOT NULL
  )
  SELECT attempt_id FROM delivery`;

/** Where a task result stands; null when there is none. */
export async function selectState(
  tx: ClientBase,
  { organizationId, taskResultId }: Lease,
): Promise<TaskResultState | null> {
  const { rows } = await tx.query<{ state: TaskResultState }>({
    name: 'select-state',
    text: 'SELECT state FROM task_results WHERE organization_id = $1 AND id = $2',
    values: [organizationId, taskResultId],
  });
  return rows[0]?.state ?? null;
}
