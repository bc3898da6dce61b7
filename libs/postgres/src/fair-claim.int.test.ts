import type { Claimed, Usage } from '@rungate/run-task';
import { PLATFORM, seededRandom, TESTER } from '@rungate/run-task/testing';
import { Client } from 'pg';
import { anOrganization, startTestPostgres, type TestDatabase, type TestPostgres } from '../testing/index.js';

jest.setTimeout(120_000);

/** An organization that always has work, and what one piece of it takes. */
interface Neighbour {
  readonly id: string;
  readonly weight: number;
  readonly cap: number | null;
  /** Of one task result, about, milliseconds. */
  readonly costMs: number;
}

let db: TestPostgres;

beforeAll(async () => {
  db = await startTestPostgres();
});
afterAll(() => db.close());

const SLOTS = 6;
const CLAIMS = 500;

it.each([1, 2, 3, 4])('shares slots by weight, starves nobody and passes no cap (seed %i)', async (seed) => {
  const database = await db.createDatabase();
  const random = seededRandom(seed);
  const neighbours: Neighbour[] = [];
  for (let i = 0; i < 6; i++) {
    const weight = 1 + Math.floor(random() * 4);
    const cap = i === 0 ? 1 : null;
    neighbours.push({ ...(await waiting(database, `n-${i}`, CLAIMS)), weight, cap, costMs: 20 + random() ** 2 * 400 });
  }
  for (const { id, weight, cap } of neighbours)
    await database.query('UPDATE organizations SET weight = $2, max_in_flight = $3 WHERE id = $1', [id, weight, cap]);

  const { usedMs, mostInFlight, longestGap } = await serve(database, neighbours, random);

  for (const { id, cap } of neighbours) if (cap !== null) expect(mostInFlight.get(id)).toBeLessThanOrEqual(cap);
  const free = neighbours.filter(({ cap }) => cap === null);
  const shares = free.map(({ id, weight }) => (usedMs.get(id) ?? 0) / weight);
  // Start-time fair queueing promises a difference of one piece of each; here every slot may hold one that is not yet paid.
  const bound = 2 * Math.max(...free.map(({ costMs, weight }) => (costMs * 1.5) / weight)) * SLOTS;
  expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(bound);
  expect(Math.min(...shares)).toBeGreaterThan(0.7 * Math.max(...shares));
  // In the time between two turns each other one gets no more than its share of that time, and a piece for each slot.
  expect(Math.max(...longestGap.values())).toBeLessThan(CLAIMS / 4);
});

it('finds what is added while a claim takes the last that there was', async () => {
  const database = await db.createDatabase();
  const { schedule } = database.postgres;
  const { id } = await waiting(database, 'busy', 1);
  const adding = new Client({ connectionString: database.url });
  await adding.connect();
  try {
    await adding.query('BEGIN');
    await adding.query(COPIES, [id, 2, 2]);
    expect(await schedule.claim('worker', 1)).toHaveLength(1);
    expect(await schedule.claim('worker', 1)).toHaveLength(0);
    await adding.query('COMMIT');
  } finally {
    await adding.end();
  }
  // The keeper does not help here.
  expect(await schedule.claim('worker', 1)).toHaveLength(1);
});

it('passes no cap when many claim at once', async () => {
  const database = await db.createDatabase();
  const { id } = await waiting(database, 'capped', 50);
  await database.query('UPDATE organizations SET max_in_flight = 7 WHERE id = $1', [id]);
  const claims = await Promise.all(Array.from({ length: 12 }, (_, i) => database.postgres.schedule.claim(`w-${i}`, 2)));
  expect(claims.flat()).toHaveLength(7);
});

it('gives work to every claim when one organization alone has some and all claim at once', async () => {
  const database = await db.createDatabase();
  await waiting(database, 'alone', 40);
  const claims = await Promise.all(Array.from({ length: 20 }, (_, i) => database.postgres.schedule.claim(`w-${i}`, 1)));
  expect(claims.map((leases) => leases.length)).toEqual(Array.from({ length: 20 }, () => 1));
});

it('reads few rows by a plan that was made when there were few', async () => {
  const database = await db.createDatabase();
  const { id } = await waiting(database, 'grows', 10);
  const rowsRead = async (): Promise<number | undefined> => {
    await database.query('BEGIN');
    await database.query("SELECT claim_task_results('worker', 1, 10000)");
    const [read] = await database.query<{ rows: number }>(
      `SELECT (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::integer AS rows
       FROM pg_stat_xact_user_tables WHERE relname = 'task_results'`,
    );
    await database.query('COMMIT');
    return read?.rows;
  };
  // As often as it takes until a session keeps its plan.
  for (let i = 0; i < 8; i++) await rowsRead();
  await database.query(COPIES, [id, 11, 2_000]);
  expect(await rowsRead()).toBeLessThan(200);
});

it('passes by an organization whose intake is paused, whatever wakes it, and takes up what waits when it is resumed', async () => {
  const database = await db.createDatabase();
  const { schedule, organizations } = database.postgres;
  const { id } = await waiting(database, 'held', 2);
  const { id: other } = await waiting(database, 'other', 1);
  const held = await organizations.find(PLATFORM, 'held');
  if (held === null) throw new Error('there is an organization');
  const [begun] = (await schedule.claim('worker', 2)).filter(({ organizationId }) => organizationId === id);
  if (begun === undefined) throw new Error('each organization had one');
  const paused = await organizations.pauseIntake(held, { reason: 'It floods the workers', by: TESTER });
  expect(paused.intakePause).toMatchObject({ by: TESTER.name, reason: 'It floods the workers' });

  // More arrives, a worker stops and gives back what it had, usage is settled, and the keeper looks.
  await database.query(COPIES, [id, 3, 4]);
  await database.query(COPIES, [other, 2, 2]);
  await schedule.release('worker', [begun]);
  await schedule.mendSchedule();
  const claimed = await schedule.claim('worker', 9, [{ organizationId: id, chargedMs: 1, usedMs: 2 }]);
  expect(claimed.map(({ organizationId }) => organizationId)).toEqual([other]);

  await database.query(`UPDATE task_results SET decide_at = now() WHERE task_result_id = 'taskrs-4' OR id = $1`, [
    claimed[0]?.taskResultId,
  ]);
  const late = await schedule.findLate(9);
  expect(late.map(({ organizationId, isHeld }) => [organizationId, isHeld])).toEqual(
    expect.arrayContaining([
      [id, true],
      [other, false],
    ]),
  );

  const resumed = await organizations.resumeIntake(paused, TESTER);
  expect(resumed.intakePause).toBeNull();
  expect(await schedule.claim('worker', 9)).toHaveLength(3);
});

interface Served {
  readonly usedMs: ReadonlyMap<string, number>;
  readonly mostInFlight: ReadonlyMap<string, number>;
  /** Most claims of others between two of one organization. */
  readonly longestGap: ReadonlyMap<string, number>;
}

/** Slots over a virtual time: whichever ends first tells what it used and claims the next. */
async function serve(database: TestDatabase, neighbours: readonly Neighbour[], random: () => number): Promise<Served> {
  const usedMs = new Map<string, number>();
  const mostInFlight = new Map<string, number>();
  const longestGap = new Map<string, number>();
  const latest = new Map<string, number>();
  const running: Running[] = [];
  for (let turn = 0; turn < CLAIMS; turn++) {
    const ended = running.length < SLOTS ? undefined : running.sort((a, b) => a.endsAt - b.endsAt).shift();
    if (ended !== undefined) {
      await decide(database, ended.lease);
      usedMs.set(ended.lease.organizationId, (usedMs.get(ended.lease.organizationId) ?? 0) + ended.costMs);
    }
    const lease = await claimOne(database, ended);
    const { organizationId } = lease;
    const costMs = (neighbours.find(({ id }) => id === organizationId)?.costMs ?? 0) * (0.5 + random());
    running.push({ lease, costMs, endsAt: (ended?.endsAt ?? 0) + costMs });
    raise(
      mostInFlight,
      organizationId,
      running.filter(({ lease: { organizationId: id } }) => id === organizationId).length,
    );
    raise(longestGap, organizationId, turn - (latest.get(organizationId) ?? 0));
    latest.set(organizationId, turn);
  }
  return { usedMs, mostInFlight, longestGap };
}

interface Running {
  readonly lease: Claimed;
  readonly costMs: number;
  readonly endsAt: number;
}

async function claimOne(database: TestDatabase, ended: Running | undefined): Promise<Claimed> {
  const usage: Usage[] = ended === undefined ? [] : [{ ...ended.lease, usedMs: ended.costMs }];
  const [lease] = await database.postgres.schedule.claim('worker', 1, usage);
  if (lease === undefined) throw new Error('there is work for every claim');
  // The test's time is not the database's: no lease runs out.
  await database.query(`UPDATE task_results SET lease_until = now() + interval '1 hour' WHERE id = $1`, [
    lease.taskResultId,
  ]);
  return lease;
}

async function decide(database: TestDatabase, { taskResultId }: Claimed): Promise<void> {
  await database.query(
    `UPDATE task_results SET state = 'decided', verdict = 'passed', decided_at = now() WHERE id = $1`,
    [taskResultId],
  );
}

function raise(most: Map<string, number>, id: string, value: number): void {
  most.set(id, Math.max(most.get(id) ?? 0, value));
}

/** An organization with so many task results that wait, straight into the table. */
async function waiting(database: TestDatabase, slug: string, count: number): Promise<{ id: string }> {
  const { organization, request } = await anOrganization(database, slug);
  await database.postgres.hooks.recordTaskResult(request('taskrs-first'));
  await database.query(COPIES, [organization.id, 2, count]);
  return { id: organization.id };
}

/** Task results like one of an organization ($1), numbered from $2 to $3. */
const COPIES = `
  INSERT INTO task_results (id, organization_id, run_task_id, version_id, hmac_key_id, task_result_id, stage, run_id,
    workspace_id, workspace_name, facts, body_hash, sealed_grant, progress_by, final_by, decide_at, progress_due_at)
  SELECT gen_random_uuid(), organization_id, run_task_id, version_id, hmac_key_id, 'taskrs-' || n, stage, run_id,
    workspace_id, workspace_name, facts, body_hash, sealed_grant, progress_by, final_by,
    decide_at + n * interval '1 millisecond', progress_due_at
  FROM (SELECT * FROM task_results WHERE organization_id = $1 LIMIT 1) t, generate_series($2::integer, $3) n`;
