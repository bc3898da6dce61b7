import type {
  Check,
  CheckResult,
  DeadlineProfile,
  Evaluation,
  Lease,
  OriginRecord,
  RequestFacts,
  Verdict,
} from '@rungate/run-task';
import type { ClientBase } from 'pg';
import { CHECK_RESULT_JSON } from './check-result-rows.js';
import type { GrantOpener } from './grant-opener.js';
import { ORIGIN_JSON } from './origin-rows.js';

/** What evaluate needs, while the lease holds; null afterwards. The first request of a run task says whose it is. */
export async function selectEvaluation(tx: ClientBase, grants: GrantOpener, lease: Lease): Promise<Loaded | null> {
  const { rows } = await tx.query<EvaluationRow>({
    name: 'load-evaluation',
    text: `
      SELECT t.run_task_id, t.lapses, t.trying, t.cut_short, t.facts, t.sealed_grant, t.received_at, t.progress_by, t.final_by,
             o.slug, r.name, r.terraform_organization, v.terraform_origin, v.download_origins, v.deadline_profile, v.checks, v.on_timeout,
             k.id AS key_id, k.wrapped,
             coalesce((SELECT jsonb_agg(${CHECK_RESULT_JSON} ORDER BY c.position) FROM check_results c
                       WHERE c.organization_id = $1 AND c.task_result_id = $2), '[]') AS finished,
             greatest(t.received_at, t.started_at,
                      (SELECT max(c.created_at) FROM check_results c
                       WHERE c.organization_id = $1 AND c.task_result_id = $2)) AS stepped_at,
             coalesce((SELECT jsonb_agg(${ORIGIN_JSON}) FROM terraform_origins o
                       WHERE o.organization_id = $1 AND o.origin = ANY (v.terraform_origin || v.download_origins)), '[]')
               AS origin_records
      FROM task_results t
      JOIN organizations o ON o.id = t.organization_id
      JOIN run_tasks r ON r.organization_id = t.organization_id AND r.id = t.run_task_id
      JOIN run_task_versions v ON v.organization_id = t.organization_id AND v.id = t.version_id
      JOIN data_keys k ON k.organization_id = t.organization_id AND k.purpose = 'grant'
      WHERE t.organization_id = $1 AND t.id = $2 AND t.epoch = $3 AND t.state = 'evaluating'`,
    values: [lease.organizationId, lease.taskResultId, lease.epoch],
  });
  const [row] = rows;
  if (row === undefined) return null;
  return {
    evaluation: evaluationOf(row, grants, lease),
    unpinned: row.terraform_organization === null ? row.run_task_id : null,
  };
}

/** An evaluation, and the run task whose first request it may be. */
export interface Loaded {
  readonly evaluation: Evaluation;
  /** Its id while nobody has said to which Terraform organization it belongs. */
  readonly unpinned: string | null;
}

/** Lets the first request say to which Terraform organization its run task belongs: of two at once, one does. */
export async function pinFirst(tx: ClientBase, { evaluation, unpinned }: Loaded): Promise<Evaluation> {
  const { organizationId } = evaluation.lease;
  const { terraformOrganization } = evaluation;
  if (unpinned === null || terraformOrganization === '') return evaluation;
  await tx.query({
    name: 'pin-run-task',
    text: `UPDATE run_tasks SET terraform_organization = $3 WHERE organization_id = $1 AND id = $2 AND terraform_organization IS NULL`,
    values: [organizationId, unpinned, terraformOrganization],
  });
  const { rows } = await tx.query<{ pinned: string | null }>({
    name: 'pinned-run-task',
    text: 'SELECT terraform_organization AS pinned FROM run_tasks WHERE organization_id = $1 AND id = $2',
    values: [organizationId, unpinned],
  });
  return { ...evaluation, terraformOrganization: rows[0]?.pinned ?? terraformOrganization };
}

interface EvaluationRow {
  readonly run_task_id: string;
  readonly facts: RequestFacts;
  readonly sealed_grant: Buffer;
  readonly received_at: Date;
  readonly stepped_at: Date;
  readonly lapses: number;
  readonly trying: string | null;
  readonly cut_short: boolean;
  readonly progress_by: Date;
  readonly final_by: Date;
  readonly slug: string;
  readonly name: string;
  /** Null until its first request is looked at. */
  readonly terraform_organization: string | null;
  readonly terraform_origin: string;
  readonly download_origins: readonly string[];
  readonly origin_records: readonly OriginRecord[];
  readonly checks: readonly Check[];
  readonly on_timeout: Verdict;
  readonly deadline_profile: DeadlineProfile;
  readonly key_id: string;
  readonly wrapped: Buffer;
  readonly finished: readonly CheckResult[];
}

function evaluationOf(row: EvaluationRow, grants: GrantOpener, lease: Lease): Evaluation {
  const { organizationId, taskResultId } = lease;
  const dataKey = { organizationId, id: row.key_id, wrapped: row.wrapped };
  const place = { organizationId, runTaskId: row.run_task_id, taskResultId, terraformOrigin: row.terraform_origin };
  return {
    lease,
    organizationSlug: row.slug,
    runTaskId: row.run_task_id,
    runTaskName: row.name,
    stage: row.facts.stage,
    request: { grant: grants.open(dataKey, place, row.sealed_grant), facts: row.facts },
    terraformOrigin: row.terraform_origin,
    terraformOrganization: row.terraform_organization ?? row.facts.organization_name,
    downloadOrigins: row.download_origins,
    originRecords: row.origin_records,
    checks: row.checks,
    onTimeout: row.on_timeout,
    deadlineProfile: row.deadline_profile,
    finished: row.finished,
    receivedAt: row.received_at,
    steppedAt: row.stepped_at,
    lapses: row.lapses,
    trying: row.trying,
    cutShort: row.cut_short,
    progressBy: row.progress_by,
    finalBy: row.final_by,
  };
}
