import type { CallbackDocument, DeliveryTurn, Lease } from '@rungate/run-task';
import type { ClientBase } from 'pg';
import type { NewDeliveryIds } from './decide.js';
import { jsonText } from './json-text.js';
import { ATTEMPT_MS, TURN_MS } from './turn.js';

/** A `running` update to write. */
export interface NewProgress {
  readonly lease: Lease;
  readonly callback: CallbackDocument;
  readonly ids: NewDeliveryIds;
}

/** A progress delivery with its attempt; null when the lease is over, a verdict is written, or progress is being sent. */
export async function insertProgress(
  tx: ClientBase,
  { lease, callback, ids }: NewProgress,
): Promise<DeliveryTurn | null> {
  const { organizationId, taskResultId } = lease;
  // The same row that a verdict changes: one of the two comes first, and the other sees it.
  const { rowCount } = await tx.query({
    name: 'hold-for-progress',
    text: `
      SELECT FROM task_results
      WHERE organization_id = $1 AND id = $2 AND epoch = $3 AND state = 'evaluating' FOR NO KEY UPDATE`,
    values: [organizationId, taskResultId, lease.epoch],
  });
  if (rowCount === 0) return null;
  await tx.query({
    name: 'drop-lost-progress',
    text: `
      UPDATE deliveries
      SET state = 'undeliverable', reason = $3, ended_at = now(), attempt_id = NULL, attempt_started_at = NULL
      WHERE organization_id = $1 AND task_result_id = $2 AND kind = 'progress' AND state = 'due'
        AND attempt_started_at <= now() - $4 * interval '1 millisecond'`,
    values: [organizationId, taskResultId, 'The process that sent it ended before an answer came.', ATTEMPT_MS],
  });
  const { rows } = await tx.query<{ id: string }>({
    name: 'add-progress',
    text: `
      WITH delivery AS (
        INSERT INTO deliveries (organization_id, id, task_result_id, kind, origin, callback, deadline,
                                attempt_id, attempt_started_at, leased_until)
        SELECT $1, $3, $2, 'progress', v.terraform_origin, $4, least(t.progress_by, t.final_by), $5, now(),
               now() + $6 * interval '1 millisecond'
        FROM task_results t JOIN run_task_versions v ON v.organization_id = t.organization_id AND v.id = t.version_id
        WHERE t.organization_id = $1 AND t.id = $2
        ON CONFLICT (organization_id, task_result_id) WHERE kind = 'progress' AND state = 'due' DO NOTHING
        RETURNING id
      ), attempt AS (
        INSERT INTO delivery_attempts (organization_id, id, delivery_id) SELECT $1, $5, id FROM delivery
      )
      SELECT id FROM delivery`,
    values: [organizationId, taskResultId, ids.deliveryId, jsonText(callback), ids.attemptId, TURN_MS],
  });
  return rows.length === 0 ? null : { organizationId, ...ids };
}
