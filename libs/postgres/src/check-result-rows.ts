import type { CheckResult, Lease } from '@rungate/run-task';
import type { ClientBase } from 'pg';
import { jsonText } from './json-text.js';

/** A row `c` of check_results as the domain's `CheckResult`. */
export const CHECK_RESULT_JSON = `jsonb_build_object(
  'name', c.name, 'use', c.use, 'enforcement', c.enforcement, 'status', c.status, 'blocks', c.blocks,
  'message', c.message, 'findings', c.findings, 'facts', c.facts, 'failure', c.failure, 'durationMs', c.duration_ms,
  'isolation', c.isolation, 'log', c.log)`;

/** Inserts `results`, a JSON array in `$4`, for task result `$2` of organization `$1` at epoch `$3`; the first stays. */
export const INSERT_CHECK_RESULTS = `
  INSERT INTO check_results (organization_id, task_result_id, epoch, position, name, use, enforcement, status, blocks,
                             message, findings, facts, failure, duration_ms, isolation, log)
  SELECT $1, $2, $3, ordinality + (SELECT count(*) FROM check_results WHERE organization_id = $1 AND task_result_id = $2),
         r->>'name', r->>'use', r->>'enforcement', r->>'status', (r->>'blocks')::boolean,
         r->>'message', r->'findings', r->'facts', r->>'failure', round((r->>'durationMs')::numeric),
         r->>'isolation', r->'log'
  FROM jsonb_array_elements($4::jsonb) WITH ORDINALITY AS results (r)`;

/** A check has one result: the first one stays. */
export const KEEP_FIRST = 'ON CONFLICT (organization_id, task_result_id, name) DO NOTHING';

/** D3. False when the lease no longer holds. */
export async function saveResults(tx: ClientBase, lease: Lease, results: readonly CheckResult[]): Promise<boolean> {
  const { rows } = await tx.query<{ held: boolean }>({
    name: 'save-check-results',
    text: `
      WITH held AS (
        SELECT FROM task_results
        WHERE organization_id = $1 AND id = $2 AND epoch = $3 AND state = 'evaluating' FOR NO KEY UPDATE
      ), saved AS (
        ${INSERT_CHECK_RESULTS} WHERE EXISTS (SELECT FROM held) ${KEEP_FIRST}
      )
      SELECT EXISTS (SELECT FROM held) AS held`,
    values: [lease.organizationId, lease.taskResultId, lease.epoch, jsonText(results)],
  });
  return rows[0]?.held === true;
}
