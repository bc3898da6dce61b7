import type {
  AnswerClass,
  CallbackDocument,
  DeadlineProfile,
  DeliveryTurn,
  OriginRecord,
  PendingDelivery,
} from '@rungate/run-task';
import type { ClientBase } from 'pg';
import type { GrantOpener } from './grant-opener.js';
import { ORIGIN_JSON } from './origin-rows.js';

/** What deliver sends; null when the turn is no longer the newest attempt, or there is nothing left to send. */
export async function selectDelivery(
  tx: ClientBase,
  grants: GrantOpener,
  turn: DeliveryTurn,
): Promise<PendingDelivery | null> {
  const { rows } = await tx.query<DeliveryRow>({
    name: 'load-delivery',
    text: `
      SELECT d.task_result_id, d.kind, d.callback, d.due_at, t.run_task_id, t.sealed_grant, t.progress_by, t.final_by,
             v.terraform_origin, v.deadline_profile, k.id AS key_id, k.wrapped,
             coalesce((SELECT jsonb_agg(${ORIGIN_JSON}) FROM terraform_origins o
                       WHERE o.organization_id = $1 AND o.origin = v.terraform_origin), '[]') AS origin_records,
             ARRAY(SELECT coalesce(a.answer_class, 'unknown') FROM delivery_attempts a
                   WHERE a.organization_id = $1 AND a.delivery_id = $2 AND a.id <> $3
                     AND a.answer_class IS DISTINCT FROM 'held'
                   ORDER BY a.id) AS earlier
      FROM deliveries d
      JOIN task_results t ON t.organization_id = d.organization_id AND t.id = d.task_result_id
      JOIN run_task_versions v ON v.organization_id = t.organization_id AND v.id = t.version_id
      JOIN data_keys k ON k.organization_id = t.organization_id AND k.purpose = 'grant'
      WHERE d.organization_id = $1 AND d.id = $2 AND d.attempt_id = $3 AND d.state = 'due'
        AND t.sealed_grant IS NOT NULL`,
    values: [turn.organizationId, turn.deliveryId, turn.attemptId],
  });
  const [row] = rows;
  return row === undefined ? null : deliveryOf(row, grants, turn);
}

interface DeliveryRow {
  readonly task_result_id: string;
  readonly kind: 'progress' | 'final';
  readonly callback: CallbackDocument;
  readonly due_at: Date;
  readonly run_task_id: string;
  readonly sealed_grant: Buffer;
  readonly progress_by: Date;
  readonly final_by: Date;
  readonly terraform_origin: string;
  readonly origin_records: readonly OriginRecord[];
  readonly deadline_profile: DeadlineProfile;
  readonly key_id: string;
  readonly wrapped: Buffer;
  readonly earlier: readonly AnswerClass[];
}

function deliveryOf(row: DeliveryRow, grants: GrantOpener, turn: DeliveryTurn): PendingDelivery {
  const { organizationId } = turn;
  const { task_result_id: taskResultId, terraform_origin: terraformOrigin } = row;
  const dataKey = { organizationId, id: row.key_id, wrapped: row.wrapped };
  const place = { organizationId, runTaskId: row.run_task_id, taskResultId, terraformOrigin };
  const { callbackUrl, accessToken } = grants.open(dataKey, place, row.sealed_grant);
  return {
    ...turn,
    taskResultId,
    kind: row.kind,
    callbackUrl,
    terraformOrigin,
    originRecords: row.origin_records,
    accessToken,
    callback: row.callback,
    dueAt: row.due_at,
    earlier: row.earlier,
    deadlineProfile: row.deadline_profile,
    progressBy: row.progress_by,
    finalBy: row.final_by,
  };
}
