import {
  liveStep,
  type LiveBoard,
  type LiveFilter,
  type LiveNumbers,
  type LiveTaskResult,
  type OrganizationLoad,
} from '@rungate/run-task';
import { Prisma } from './generated/client.js';
import type { ReadGate } from './read-gate.js';
import { oneOf, storedChecks, storedFacts } from './stored.js';

const PLATFORM = { kind: 'platform' } as const;
/** Rows that are counted: whoever has more in flight needs no number. */
const MOST = 300_000;
/** Of all who look at the numbers, and of all who look at the load, one asks in so many milliseconds. */
const NUMBERS_MS = 1_000;
const LOAD_MS = 15_000;

/** What is in flight over all organizations, as `rungate_platform`. */
export class PostgresLiveBoard implements LiveBoard {
  readonly #numbers = new Remembered<LiveNumbers>(NUMBERS_MS);
  readonly #load = new Remembered<readonly OrganizationLoad[]>(LOAD_MS);

  constructor(private readonly gate: ReadGate) {}

  numbers(atRiskMs: number): Promise<LiveNumbers> {
    return this.#numbers.get(async () => {
      const [row] = await this.gate.read(PLATFORM, (db) => db.$queryRaw<LiveNumbers[]>(numbersOf(atRiskMs)));
      if (row === undefined) throw new Error('The numbers have no row.');
      return row;
    });
  }

  async inFlight(
    filter: LiveFilter,
    limit: number,
  ): Promise<{ readonly now: Date; readonly rows: readonly LiveTaskResult[] }> {
    return this.gate.read(PLATFORM, async (db) => {
      const [clock] = await db.$queryRaw<{ now: Date }[]>`SELECT now() AS now`;
      const rows = await db.$queryRaw<LiveRow[]>(inFlightOf(filter, limit));
      return { now: clock?.now ?? new Date(0), rows: rows.map(shownOf) };
    });
  }

  load(minutes: number, organizations: number): Promise<readonly OrganizationLoad[]> {
    return this.#load.get(async () => {
      const rows = await this.gate.read(PLATFORM, (db) => db.$queryRaw<LoadRow[]>(loadOf(minutes, organizations)));
      return rows.map(({ slug, minutes: numbers, counts }) => {
        const received = Array.from({ length: minutes }, () => 0);
        numbers.forEach((minute, index) => (received[minute] = counts[index] ?? 0));
        return { organization: slug, received };
      });
    });
  }
}

/** Verdicts that have not arrived. */
const UNDELIVERED = Prisma.sql`FROM deliveries d WHERE d.state = 'due' AND d.kind = 'final'`;
const LATEST_ATTEMPT = Prisma.sql`
  SELECT a.status, a.error, a.answer_class FROM delivery_attempts a
  WHERE a.delivery_id = d.id AND a.organization_id = d.organization_id AND a.finished_at IS NOT NULL
    AND a.answer_class <> 'held'
  ORDER BY a.id DESC LIMIT 1`;

function numbersOf(atRiskMs: number): Prisma.Sql {
  return Prisma.sql`
    WITH soon AS (SELECT now() + ${atRiskMs}::float8 * interval '1 millisecond' AS moment)
    SELECT
      (SELECT count(*) FROM (SELECT FROM task_results WHERE verdict IS NULL LIMIT ${MOST}) u)::float8
        + (SELECT count(*) FROM (SELECT ${UNDELIVERED} LIMIT ${MOST}) u)::float8 AS "inFlight",
      (SELECT count(*) FROM task_results t
       WHERE t.verdict IS NULL AND t.decide_at <= (SELECT moment FROM soon)
         AND least(t.progress_by, t.final_by) <= (SELECT moment FROM soon))::float8
        + (SELECT count(*) ${UNDELIVERED} AND d.deadline <= (SELECT moment FROM soon))::float8 AS "atRisk",
      (SELECT count(*) FROM task_results t
       WHERE t.state = 'undeliverable' AND least(t.progress_by, t.final_by) BETWEEN now() - interval '1 hour' AND now()
      )::float8 AS "missedLastHour",
      (SELECT count(*) FROM (SELECT d.id, d.organization_id ${UNDELIVERED} ORDER BY d.deadline LIMIT 10000) d
       WHERE EXISTS (${LATEST_ATTEMPT}))::float8 AS "callbacksFailing"`;
}

function inFlightOf({ organization, stage, state, enforcement }: LiveFilter, limit: number): Prisma.Sql {
  const wanted = Prisma.join(
    [
      Prisma.sql`true`,
      ...(organization === undefined
        ? []
        : [Prisma.sql`t.organization_id = (SELECT id FROM organizations WHERE slug = ${organization})`]),
      ...(stage === undefined ? [] : [Prisma.sql`t.stage = ${stage}`]),
      ...(state === undefined ? [] : [Prisma.sql`t.state = ${state}`]),
      ...(enforcement === undefined ? [] : [Prisma.sql`t.facts->>'task_result_enforcement_level' = ${enforcement}`]),
    ],
    ' AND ',
  );
  return Prisma.sql`
    WITH found AS (
      (SELECT t.id, t.organization_id, NULL::uuid AS delivery_id FROM task_results t
       WHERE t.verdict IS NULL AND ${wanted} ORDER BY t.decide_at LIMIT ${limit})
      UNION ALL
      (SELECT t.id, t.organization_id, d.id FROM deliveries d
       JOIN task_results t ON t.id = d.task_result_id AND t.organization_id = d.organization_id
       WHERE d.state = 'due' AND d.kind = 'final' AND t.state = 'decided' AND ${wanted} ORDER BY d.deadline LIMIT ${limit})
    )
    SELECT t.id, o.slug, r.name AS run_task, t.facts, v.terraform_origin, v.deadline_profile, v.checks, t.state, t.attempt,
           t.leased_by,
           CASE t.state WHEN 'accepted' THEN o.intake_paused_by END AS held_by, t.received_at, t.started_at, t.progress_by, t.final_by,
           ARRAY(SELECT c.name FROM check_results c
                 WHERE c.task_result_id = t.id AND c.organization_id = t.organization_id) AS done,
           (SELECT count(*) FROM delivery_attempts a
            WHERE a.delivery_id = d.id AND a.organization_id = d.organization_id)::integer AS attempts,
           last.status, last.error
    FROM found f
    JOIN task_results t ON t.id = f.id AND t.organization_id = f.organization_id
    JOIN organizations o ON o.id = t.organization_id
    JOIN run_tasks r ON r.organization_id = t.organization_id AND r.id = t.run_task_id
    JOIN run_task_versions v ON v.organization_id = t.organization_id AND v.id = t.version_id
    LEFT JOIN deliveries d ON d.id = f.delivery_id AND d.organization_id = f.organization_id
    LEFT JOIN LATERAL (${LATEST_ATTEMPT}) last ON true
    ORDER BY least(t.progress_by, t.final_by), t.id LIMIT ${limit}`;
}

/** The first half of an id says when it was made: the primary key finds the last hour. */
function loadOf(minutes: number, organizations: number): Prisma.Sql {
  return Prisma.sql`
    WITH received AS (
      SELECT t.organization_id,
             ${minutes - 1}::integer - floor((extract(epoch FROM now()) * 1000
               - ('x' || translate(left(t.id::text, 13), '-', ''))::bit(48)::bigint) / 60000)::integer AS minute
      FROM task_results t
      WHERE t.id >= (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - ${minutes}::bigint * 60000), 12, '0')
                     || '70000000000000000000')::uuid
    ), counted AS (
      SELECT organization_id, greatest(0, least(minute, ${minutes - 1}::integer)) AS minute, count(*)::integer AS count
      FROM received GROUP BY 1, 2
    )
    SELECT o.slug, array_agg(c.minute) AS minutes, array_agg(c.count) AS counts
    FROM counted c JOIN organizations o ON o.id = c.organization_id
    GROUP BY o.slug ORDER BY sum(c.count) DESC, o.slug LIMIT ${organizations}`;
}

interface LoadRow {
  readonly slug: string;
  readonly minutes: readonly number[];
  readonly counts: readonly number[];
}

interface LiveRow {
  readonly id: string;
  readonly slug: string;
  readonly run_task: string;
  readonly facts: Prisma.JsonValue;
  readonly terraform_origin: string;
  readonly deadline_profile: string;
  readonly checks: Prisma.JsonValue;
  readonly state: string;
  readonly attempt: number;
  readonly leased_by: string | null;
  readonly held_by: string | null;
  readonly received_at: Date;
  readonly started_at: Date | null;
  readonly progress_by: Date;
  readonly final_by: Date;
  readonly done: readonly string[];
  readonly attempts: number;
  readonly status: number | null;
  readonly error: string | null;
}

function shownOf(row: LiveRow): LiveTaskResult {
  const facts = storedFacts(row.facts);
  return {
    id: row.id,
    organization: row.slug,
    runTask: row.run_task,
    facts,
    terraformOrigin: row.terraform_origin,
    state: oneOf(['accepted', 'evaluating', 'waiting', 'decided'], row.state),
    step: liveStep(storedChecks(row.checks), facts, new Set(row.done)),
    attempt: row.attempt,
    sent: { attempts: row.attempts, status: row.status, error: row.error },
    worker: row.leased_by,
    heldBy: row.held_by,
    deadlineProfile: oneOf(['rolling', 'fixed'], row.deadline_profile),
    receivedAt: row.received_at,
    startedAt: row.started_at,
    progressBy: row.progress_by,
    finalBy: row.final_by,
  };
}

/** What was asked is believed for a while, and asked once for all who ask at the same time. */
class Remembered<T> {
  #asked: { readonly at: number; readonly answer: Promise<T> } | null = null;

  constructor(private readonly forMs: number) {}

  get(ask: () => Promise<T>): Promise<T> {
    const now = performance.now();
    if (this.#asked !== null && now - this.#asked.at < this.forMs) return this.#asked.answer;
    const answer = ask();
    // What failed is asked again.
    answer.catch(() => (this.#asked = null));
    this.#asked = { at: now, answer };
    return answer;
  }
}
