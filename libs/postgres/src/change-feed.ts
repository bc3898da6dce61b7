import { CHANGE_KINDS, type ChangeFeed, type Changes } from '@rungate/run-task';
import type { ReadGate } from './read-gate.js';
import { oneOf } from './stored.js';

/** The rows are the log: each knows when it was changed last. Read as `rungate_platform`. */
export class PostgresChangeFeed implements ChangeFeed {
  constructor(private readonly gate: ReadGate) {}

  async changesSince(moment: Date | null, limit: number): Promise<Changes> {
    const rows = await this.gate.read(
      { kind: 'platform' },
      (db) => db.$queryRaw<ChangeRow[]>`
        WITH since AS MATERIALIZED (
          SELECT coalesce(${moment}::timestamptz, now() - interval '1 minute') AS moment
        ), changed AS (
          (SELECT 'task-result' AS kind, organization_id, id::text AS subject, changed_at
           FROM task_results WHERE changed_at >= (SELECT moment FROM since) ORDER BY changed_at LIMIT ${limit})
          UNION ALL
          (SELECT 'run-task', organization_id, name, changed_at
           FROM run_tasks WHERE changed_at >= (SELECT moment FROM since) ORDER BY changed_at LIMIT ${limit})
          UNION ALL
          (SELECT 'organization', id, slug, changed_at
           FROM organizations WHERE changed_at >= (SELECT moment FROM since) ORDER BY changed_at LIMIT ${limit})
          UNION ALL
          (SELECT 'operation', organization_id, id::text, changed_at
           FROM operations WHERE changed_at >= (SELECT moment FROM since) ORDER BY changed_at LIMIT ${limit})
        )
        SELECT now() AS read_at, c.kind, c.organization_id, o.slug, c.subject,
               (extract(epoch FROM c.changed_at) * 1000000)::float8 AS version
        FROM (SELECT) once LEFT JOIN (changed c LEFT JOIN organizations o ON o.id = c.organization_id) ON true
        ORDER BY c.changed_at`,
    );
    const changes = rows.flatMap((row) => (row.kind === null ? [] : [changeOf(row)]));
    const isComplete = CHANGE_KINDS.every((kind) => changes.filter((change) => change.kind === kind).length < limit);
    return { readAt: rows[0]?.read_at ?? new Date(0), changes, isComplete };
  }
}

/** There is always a row: without changes it says only when it was looked. */
type ChangeRow =
  | { readonly read_at: Date; readonly kind: null }
  | {
      readonly read_at: Date;
      readonly kind: string;
      readonly organization_id: string | null;
      readonly slug: string | null;
      readonly subject: string;
      readonly version: number;
    };

function changeOf(row: Exclude<ChangeRow, { kind: null }>): Changes['changes'][number] {
  const { organization_id: organizationId, slug: organization, subject, version } = row;
  return { kind: oneOf(CHANGE_KINDS, row.kind), organizationId, organization, subject, version };
}
