import {
  QUARANTINE_AFTER,
  QUARANTINE_FOR_ALL_AFTER,
  QUARANTINE_MS,
  type CheckDeath,
  type CheckFailure,
  type Ids,
  type Quarantine,
  type QuarantineStore,
} from '@rungate/run-task';
import { jsonText } from './json-text.js';
import type { LoginPool } from './login-pool.js';
import type { OrganizationGate } from './organization-gate.js';

/** More than there ever should be: beyond them checks run, and die, once more. */
const MOST = 10_000;

/** Deaths are noted as the organization whose check died; counted, over all of them, as `rungate_flow`. */
export class PostgresQuarantineStore implements QuarantineStore {
  constructor(
    private readonly flow: LoginPool,
    private readonly gate: OrganizationGate,
    private readonly ids: Ids,
  ) {}

  async active(): Promise<readonly Quarantine[]> {
    const { rows } = await this.flow.query<QuarantineRow>({
      name: 'active-quarantines',
      text: `SELECT ${COLUMNS} FROM quarantines q WHERE lifted_at IS NULL AND until > now() ORDER BY until LIMIT $1`,
      values: [MOST],
    });
    return rows.map(quarantineOf);
  }

  async noteDeaths(organizationId: string, deaths: readonly CheckDeath[]): Promise<void> {
    const noted = deaths.map((death) => ({ ...death, id: this.ids.next() }));
    await this.gate.atOnce(organizationId, (tx) =>
      tx.query({
        name: 'note-check-deaths',
        text: `
          INSERT INTO check_deaths (organization_id, id, run_task_id, check_name, use, plugin_version, task_result_id, failure)
          SELECT $1, (d->>'id')::uuid, (d->>'runTaskId')::uuid, d->>'check', d->>'use', d->>'pluginVersion',
                 (d->>'taskResultId')::uuid, d->>'failure'
          FROM jsonb_array_elements($2::jsonb) AS deaths (d)`,
        values: [organizationId, jsonText(noted)],
      }),
    );
  }

  async impose(): Promise<readonly Quarantine[]> {
    const { deaths, taskResults, withinMs } = QUARANTINE_AFTER;
    const ofChecks = await this.flow.query<QuarantineRow>({
      name: 'quarantine-checks',
      text: QUARANTINE_CHECKS,
      values: [withinMs, deaths, taskResults, QUARANTINE_MS],
    });
    const forAll = await this.flow.query<QuarantineRow>({
      name: 'quarantine-for-all',
      text: QUARANTINE_FOR_ALL,
      values: [QUARANTINE_FOR_ALL_AFTER, QUARANTINE_MS],
    });
    await this.flow.query({ name: 'sweep-check-deaths', text: 'SELECT sweep_check_deaths()' });
    return [...ofChecks.rows, ...forAll.rows].map(quarantineOf);
  }
}

/** What `QuarantineRow` reads. */
const COLUMNS = `q.id, q.organization_id, q.run_task_id, q.check_name, q.use, q.plugin_version, q.failure, q.count, q.since, q.until`;

/** Counted from the last quarantine of the same check, so that none follows at once when it is over or lifted. */
const QUARANTINE_CHECKS = `
  WITH died AS (
    SELECT d.organization_id, d.run_task_id, d.check_name, d.use, d.plugin_version,
           count(*)::integer AS deaths, max(d.died_at) AS died_at,
           (array_agg(d.failure ORDER BY d.died_at DESC))[1] AS failure
    FROM check_deaths d
    WHERE d.died_at > now() - $1 * interval '1 millisecond'
      AND NOT EXISTS (
        SELECT FROM quarantines q
        WHERE q.organization_id = d.organization_id AND q.run_task_id = d.run_task_id AND q.check_name = d.check_name
          AND q.use = d.use AND q.plugin_version = d.plugin_version
          AND d.died_at <= CASE WHEN q.lifted_at IS NULL THEN greatest(q.until, q.since) ELSE q.lifted_at END)
    GROUP BY 1, 2, 3, 4, 5
    HAVING count(*) >= $2 AND count(DISTINCT d.task_result_id) >= $3
  )
  INSERT INTO quarantines AS q (id, organization_id, run_task_id, check_name, use, plugin_version, failure, count, died_at, until)
  SELECT gen_random_uuid(), organization_id, run_task_id, check_name, use, plugin_version, failure, deaths, died_at,
         now() + $4 * interval '1 millisecond'
  FROM died
  ON CONFLICT (organization_id, run_task_id, check_name, use, plugin_version, died_at) DO NOTHING
  RETURNING ${COLUMNS}`;

/** A version that is in quarantine in so many organizations now; not again for quarantines that were there when it was lifted. */
const QUARANTINE_FOR_ALL = `
  WITH spread AS (
    SELECT q.use, q.plugin_version, count(DISTINCT q.organization_id)::integer AS organizations, max(q.died_at) AS died_at
    FROM quarantines q
    WHERE q.organization_id IS NOT NULL AND q.lifted_at IS NULL AND q.until > now()
      AND NOT EXISTS (
        SELECT FROM quarantines a
        WHERE a.organization_id IS NULL AND a.use = q.use AND a.plugin_version = q.plugin_version
          AND q.since <= coalesce(a.lifted_at, a.until))
    GROUP BY 1, 2
    HAVING count(DISTINCT q.organization_id) >= $1
  )
  INSERT INTO quarantines AS q (id, use, plugin_version, count, died_at, until)
  SELECT gen_random_uuid(), use, plugin_version, organizations, died_at, now() + $2 * interval '1 millisecond' FROM spread
  RETURNING ${COLUMNS}`;

/** A row of `quarantines`. */
export interface QuarantineRow {
  readonly id: string;
  readonly organization_id: string | null;
  readonly run_task_id: string | null;
  readonly check_name: string | null;
  readonly use: string;
  readonly plugin_version: string;
  readonly failure: CheckFailure | null;
  readonly count: number;
  readonly since: Date;
  readonly until: Date;
}

/** As the domain sees it. */
function quarantineOf(row: QuarantineRow): Quarantine {
  const { organization_id: organizationId, run_task_id: runTaskId, check_name: check } = row;
  const isOfCheck = organizationId !== null && runTaskId !== null && check !== null;
  return {
    id: row.id,
    place: isOfCheck ? { organizationId, runTaskId, check } : null,
    use: row.use,
    pluginVersion: row.plugin_version,
    failure: row.failure,
    count: row.count,
    since: row.since,
    until: row.until,
  };
}
