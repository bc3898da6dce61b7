import type { NewTaskResult, RecordAnswer } from '@rungate/run-task';
import { PostgresError } from './errors.js';
import { jsonText } from './json-text.js';
import type { LoginPool } from './login-pool.js';
import { sealGrant, type GrantSeal } from './sealing.js';

/** A task result to record, and what its grant is sealed with. */
export interface NewRecord {
  readonly taskResult: NewTaskResult;
  readonly grantSeal: GrantSeal;
}

/** D1 of many requests in one statement and one commit; each is answered on its own. */
export async function recordTaskResults(
  pool: LoginPool,
  records: readonly NewRecord[],
): Promise<readonly RecordAnswer[]> {
  const column = <T>(value: (taskResult: NewTaskResult) => T): T[] =>
    records.map(({ taskResult }) => value(taskResult));
  const { rows } = await pool.query<{ answers: readonly string[] }>({
    name: 'record-task-results',
    text: 'SELECT record_task_results($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) AS answers',
    values: [
      column(({ id }) => id),
      column(({ hook }) => hook.organizationId),
      column(({ hook }) => hook.runTaskId),
      column(({ hook }) => hook.versionId),
      column(({ keyId }) => keyId),
      column(({ request }) => request.facts.task_result_id),
      jsonText(column(({ request }) => request.facts)),
      column(({ bodyHash }) => bodyHash),
      records.map(sealedGrant),
      column(({ allowances }) => allowances.progressWithinMs),
      column(({ allowances }) => allowances.finalWithinMs),
      column(({ allowances }) => allowances.reserveMs),
      column(({ allowances }) => allowances.firstProgressMs),
      column(({ hook }) => hook.terraformOrigin),
      column(({ hook }) => hook.originState),
    ],
  });
  return (rows[0]?.answers ?? []).map(recordAnswer);
}

function sealedGrant({ taskResult: { id, hook, request }, grantSeal }: NewRecord): Buffer {
  const { organizationId, runTaskId, terraformOrigin } = hook;
  return sealGrant(grantSeal, { organizationId, runTaskId, taskResultId: id, terraformOrigin }, request.grant);
}

function recordAnswer(answer: string): RecordAnswer {
  switch (answer) {
    case 'recorded':
    case 'refused':
    case 'changed':
      return { kind: answer };
    case 'duplicate':
      return { kind: 'duplicate', sameBody: true };
    case 'duplicate_other_body':
      return { kind: 'duplicate', sameBody: false };
    default:
      throw new PostgresError('bad_row', 'The database recorded a task result in an unknown way. Is it migrated?');
  }
}
