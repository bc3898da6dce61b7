import {
  causeOf,
  REFUSAL_CLASSES,
  type CallbackFilter,
  type CallbackReader,
  type FailingCallback,
  type FailingCallbacks,
  type Scope,
} from '@rungate/run-task';
import { Prisma } from './generated/client.js';
import type { ReadGate } from './read-gate.js';
import { oneOf } from './stored.js';

/** Verdicts that are looked at. */
const MOST = 10_000;
const USUAL_DAYS = 7;

/** Verdicts that do not arrive, of an organization through its own login, of all as `rungate_platform`. */
export class PostgresCallbackReader implements CallbackReader {
  constructor(private readonly gate: ReadGate) {}

  failing(scope: Scope, filter: CallbackFilter): Promise<FailingCallbacks> {
    return this.gate.read(scope, (db) => findFailing(db, scope, filter));
  }
}

/** The ids of those that fail for this cause. */
export async function failingOfCause(
  db: Prisma.TransactionClient,
  scope: Scope,
  cause: string,
): Promise<readonly string[]> {
  const { rows } = await findFailing(db, scope, {});
  return rows.filter((row) => causeOf(row) === cause).map(({ taskResultId }) => taskResultId);
}

async function findFailing(
  db: Prisma.TransactionClient,
  scope: Scope,
  { organization, since }: CallbackFilter,
): Promise<FailingCallbacks> {
  const from =
    since === undefined ? Prisma.sql`now() - ${USUAL_DAYS}::integer * interval '1 day'` : Prisma.sql`${since}`;
  const rows = await db.$queryRaw<FailingRow[]>(failingSince(from, placesOf(scope, organization)));
  return { rows: rows.slice(0, MOST).map(shownOf), isCut: rows.length > MOST };
}

/** Which organizations, beyond what the login sees anyway. */
function placesOf(scope: Scope, organization: string | undefined): Prisma.Sql {
  const wanted = [
    ...(organization === undefined ? [] : [Prisma.sql`slug = ${organization}`]),
    ...(scope.kind === 'partner' ? [Prisma.sql`managed_by = ${scope.managedBy}`] : []),
  ];
  if (wanted.length === 0) return Prisma.sql`true`;
  return Prisma.sql`d.organization_id IN (SELECT id FROM organizations WHERE ${Prisma.join(wanted, ' AND ')})`;
}

/** What was given up stands in an index of its own, and what is due in another: neither looks at what arrived. */
function failingSince(since: Prisma.Sql, places: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    WITH found AS (
      (SELECT d.id, d.organization_id, d.task_result_id, d.origin, d.deadline, d.ended_at, true AS is_given_up
       FROM deliveries d
       WHERE d.state = 'undeliverable' AND d.kind = 'final' AND d.ended_at >= ${since} AND ${places}
       ORDER BY d.ended_at DESC LIMIT ${MOST + 1})
      UNION ALL
      (SELECT d.id, d.organization_id, d.task_result_id, d.origin, d.deadline, now(), false
       FROM deliveries d
       WHERE d.state = 'due' AND d.kind = 'final' AND ${places} AND EXISTS (${ATTEMPTS})
       ORDER BY d.deadline LIMIT ${MOST + 1})
    )
    SELECT d.task_result_id, o.slug, t.workspace_name, d.origin, last.answer_class, last.status, last.error,
           coalesce(last.started_at, d.ended_at) AS at, d.is_given_up, d.deadline > now() AS can_still_arrive
    FROM found d
    JOIN task_results t ON t.id = d.task_result_id AND t.organization_id = d.organization_id
    JOIN organizations o ON o.id = d.organization_id
    LEFT JOIN LATERAL (${ATTEMPTS} ORDER BY a.id DESC LIMIT 1) last ON true
    ORDER BY at DESC LIMIT ${MOST + 1}`;
}

/** Attempts that were made: what was held back says nothing of the cause. */
const ATTEMPTS = Prisma.sql`
  SELECT a.started_at, a.status, a.error, a.answer_class FROM delivery_attempts a
  WHERE a.delivery_id = d.id AND a.organization_id = d.organization_id AND a.finished_at IS NOT NULL
    AND a.answer_class <> 'held'`;

interface FailingRow {
  readonly task_result_id: string;
  readonly slug: string;
  readonly workspace_name: string;
  readonly origin: string;
  readonly answer_class: string | null;
  readonly status: number | null;
  readonly error: string | null;
  readonly at: Date;
  readonly is_given_up: boolean;
  readonly can_still_arrive: boolean;
}

function shownOf(row: FailingRow): FailingCallback {
  return {
    taskResultId: row.task_result_id,
    organization: row.slug,
    workspaceName: row.workspace_name,
    origin: row.origin,
    refusal: oneOf(REFUSAL_CLASSES, row.answer_class ?? 'held'),
    status: row.status,
    error: row.error,
    at: row.at,
    isGivenUp: row.is_given_up,
    canStillArrive: row.can_still_arrive,
  };
}
