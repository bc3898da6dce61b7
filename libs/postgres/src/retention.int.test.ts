import { randomUUID } from 'node:crypto';
import type { TaskResultDetail } from '@rungate/run-task';
import { PLATFORM } from '@rungate/run-task/testing';
import {
  aDecision,
  aDeliveryUnderWay,
  anOrganization,
  startTestPostgres,
  type TestDatabase,
  type TestOrganization,
  type TestPostgres,
} from '../testing/index.js';

jest.setTimeout(60_000);

const HISTORY = ['check_results', 'deliveries', 'delivery_attempts'];
const MOMENTS = [
  'received_at',
  'started_at',
  'progress_by',
  'final_by',
  'decide_at',
  'decided_at',
  'delivered_at',
  'purged_at',
];
/** More than the 90 days that organizations of tests keep, and the 400 of a tombstone after them. */
const PAST_RETENTION = 91;
const TOMBSTONE_DAYS = 400;

describe('retention', () => {
  let cluster: TestPostgres;
  let db: TestDatabase;
  let acme: TestOrganization;

  beforeAll(async () => {
    cluster = await startTestPostgres();
  });
  afterAll(() => cluster.close());
  beforeEach(async () => {
    db = await cluster.createDatabase();
    acme = await anOrganization(db, 'acme');
  });
  afterEach(() => db.postgres.close());

  async function delivered(of: TestOrganization, taskResultId: string): Promise<string> {
    const delivery = await aDeliveryUnderWay(db, of, taskResultId);
    await db.postgres.tasks.finishAttempt(delivery, {
      answer: { kind: 'status', status: 200, retryAfterMs: null, title: null },
      answerClass: 'delivered',
      durationMs: 1,
      step: { kind: 'delivered', presumed: false },
      deadlines: null,
    });
    return delivery.taskResultId;
  }

  /** More of the same, which differ in their ids alone. */
  const copy = (taskResultId: string, times: number): Promise<object[]> =>
    db.query(
      `INSERT INTO task_results SELECT (jsonb_populate_record(t, jsonb_build_object(
         'id', gen_random_uuid(), 'task_result_id', t.task_result_id || '-' || n))).*
       FROM task_results t, generate_series(1, $2) n WHERE t.task_result_id = $1`,
      [taskResultId, times],
    );

  /** As if so many days had passed for what the condition selects, and it were everybody's turn. */
  async function pass(days: number, condition = 'true'): Promise<void> {
    const earlier = MOMENTS.map((moment) => `${moment} = ${moment} - interval '${days} days'`);
    await db.query(`UPDATE task_results SET ${earlier.join(', ')} WHERE ${condition}`);
    await db.query(`UPDATE organizations SET look_for_aged_at = now()`);
  }

  async function purgeAll(atMost = 100): Promise<number> {
    let purged = 0;
    for (;;) {
      const step = await db.postgres.purges.purgeAged(atMost);
      if (step === null) return purged;
      purged += step.purged;
    }
  }

  async function shown(id: string): Promise<TaskResultDetail> {
    const found = await db.postgres.taskResults.find(PLATFORM, id);
    if (found === null) throw new Error(`${id} is gone`);
    return found;
  }

  const purgedIds = async (): Promise<readonly string[]> => {
    const rows = await db.query<{ id: string }>(
      `SELECT task_result_id AS id FROM task_results WHERE purged_at IS NOT NULL ORDER BY 1`,
    );
    return rows.map(({ id }) => id);
  };
  const counts = (): Promise<object[]> =>
    db.query(`SELECT ${HISTORY.map((table) => `(SELECT count(*)::integer FROM ${table}) AS ${table}`).join(', ')}`);

  it('leaves verdict and moments of what is past it, and nothing of the request, the checks or the callbacks', async () => {
    const id = await delivered(acme, 'taskrs-old');
    await delivered(acme, 'taskrs-young');
    await pass(PAST_RETENTION, `task_result_id = 'taskrs-old'`);
    const before = await shown(id);
    expect(await purgeAll()).toBe(1);

    const left = await shown(id);
    expect(left).toMatchObject({ state: 'delivered', verdict: 'failed', message: null, checks: [], deliveries: [] });
    expect(left).toMatchObject(momentsOf(before));
    expect(left.purgedAt).toBeInstanceOf(Date);
    expect(left.timeline.map(({ event }) => event)).toEqual([
      'received',
      'evaluation started',
      'decided: failed',
      'delivered',
      'details removed: they were past the retention of the organization',
    ]);
    // What a list shows is the same as before; what only one request has is not there, as if it had not been sent.
    expect(left.facts).toMatchObject(listed(before));
    expect(Object.keys(left.facts).sort()).toEqual(Object.keys(before.facts).sort());
    expect(before.facts.run_created_by).toBe('olivia');
    const rows = await db.query<{ text: string }>(`SELECT t::text AS text FROM task_results t WHERE id = '${id}'`);
    expect(rows[0]?.text).not.toContain('olivia');
    expect(await counts()).toEqual([{ check_results: 1, deliveries: 1, delivery_attempts: 1 }]);
    expect(await purgedIds()).toEqual(['taskrs-old']);
  });

  it('lets a request that comes again find its tombstone, which stays as it is', async () => {
    await delivered(acme, 'taskrs-old');
    await pass(PAST_RETENTION);
    await purgeAll();
    const before = await db.query('SELECT * FROM task_results');
    const { hooks, schedule } = db.postgres;
    const again = acme.request('taskrs-old');
    expect(await hooks.recordTaskResult(again)).toEqual({ kind: 'duplicate', sameBody: true });
    const other = { ...acme.request('taskrs-old'), bodyHash: 'b'.repeat(64) };
    expect(await hooks.recordTaskResult(other)).toEqual({ kind: 'duplicate', sameBody: false });
    expect(await db.query('SELECT * FROM task_results')).toEqual(before);
    expect(await schedule.claim('worker', 1)).toEqual([]);
  });

  it('touches nothing that is not over, however old it is', async () => {
    const { hooks, schedule, tasks } = db.postgres;
    await aDeliveryUnderWay(db, acme, 'taskrs-decided');
    await hooks.recordTaskResult(acme.request('taskrs-evaluating'));
    const [lease] = await schedule.claim('worker', 1);
    await hooks.recordTaskResult(acme.request('taskrs-accepted'));
    await pass(PAST_RETENTION * 10);
    // It could be sent again.
    const givenUp = await aDeliveryUnderWay(db, acme, 'taskrs-given-up');
    await tasks.finishAttempt(givenUp, {
      answer: { kind: 'status', status: 404, retryAfterMs: null, title: null },
      answerClass: 'not_found',
      durationMs: 1,
      step: { kind: 'undeliverable', reason: 'No.' },
      deadlines: null,
    });
    await db.query(
      `UPDATE task_results SET received_at = received_at - interval '2 years' WHERE state = 'undeliverable'`,
    );
    expect(await db.query('SELECT state FROM task_results ORDER BY 1')).toEqual(
      ['accepted', 'decided', 'evaluating', 'undeliverable'].map((state) => ({ state })),
    );
    expect(await purgeAll()).toBe(0);
    expect(lease).toBeDefined();

    await pass(1, `state = 'undeliverable'`);
    expect(await purgeAll()).toBe(1);
    expect(await purgedIds()).toEqual(['taskrs-given-up']);
  });

  it("follows each organization's own days, also when they change", async () => {
    const globex = await anOrganization(db, 'globex');
    await delivered(acme, 'taskrs-acme');
    await delivered(globex, 'taskrs-globex');
    await pass(31);
    expect(await purgeAll()).toBe(0);
    await db.query(`UPDATE organizations SET retention_days = 30 WHERE slug = 'globex'`);
    expect(await purgeAll()).toBe(0);
    // Within the hour.
    await db.query(`UPDATE organizations SET look_for_aged_at = look_for_aged_at - interval '1 hour'`);
    expect(await purgeAll()).toBe(1);
    expect(await purgedIds()).toEqual(['taskrs-globex']);
  });

  it('gives organizations their turns: one with much holds up none with little', async () => {
    await delivered(acme, 'taskrs-much');
    await copy('taskrs-much', 500);
    const quiet = await Promise.all(['globex', 'initech'].map((slug) => anOrganization(db, slug)));
    for (const of of quiet) await delivered(of, `taskrs-${of.organization.slug}`);
    await pass(PAST_RETENTION);
    await db.query(`UPDATE organizations SET look_for_aged_at = now() - interval '1 minute' WHERE slug = 'acme'`);
    const turns = [];
    for (let turn = 0; turn < 4; turn++) turns.push(await db.postgres.purges.purgeAged(10));
    expect(
      turns
        .slice(1, 3)
        .map((step) => step?.organizationId)
        .sort(),
    ).toEqual(quiet.map(({ organization }) => organization.id).sort());
    expect([turns[0], turns[3]]).toEqual(Array(2).fill({ organizationId: acme.organization.id, purged: 10 }));
    expect(turns.slice(1, 3).map((step) => step?.purged)).toEqual([1, 1]);
  });

  it('is done by many keepers at once, each row by one, and waits for nobody', async () => {
    await delivered(acme, 'taskrs-much');
    await copy('taskrs-much', 299);
    await pass(PAST_RETENTION);
    const others = await Promise.all([1, 2, 3].map(() => db.open()));
    const keepers = [db.postgres, ...others];
    let purged = 0;
    const keep = async (postgres: (typeof keepers)[number]): Promise<void> => {
      for (;;) {
        const step = await postgres.purges.purgeAged(7);
        // Nobody's turn, which is also so while another keeper has the only one.
        if (step === null && purged === 300) return;
        purged += step?.purged ?? 0;
      }
    };
    await Promise.all(keepers.map(keep));
    expect(purged).toBe(300);
    expect(await purgedIds()).toHaveLength(300);
    await Promise.all(others.map((postgres) => postgres.close()));
  });

  it('reads no more than it removes, however much there is', async () => {
    await delivered(acme, 'taskrs-much');
    await copy('taskrs-much', 1_000);
    await pass(PAST_RETENTION);
    await delivered(await anOrganization(db, 'globex'), 'taskrs-other');
    await copy('taskrs-other', 1_000);
    await db.query('ANALYZE');
    // What this session read before would be counted to the transaction.
    await db.query('SELECT pg_stat_force_next_flush()');
    await db.query('BEGIN');
    await db.query('SELECT purge_aged(10)');
    const reads = await db.query<{ name: string; walked: number; found: number }>(
      `SELECT relname AS name, seq_tup_read::integer AS walked, coalesce(idx_tup_fetch, 0)::integer AS found
       FROM pg_stat_xact_user_tables WHERE seq_tup_read + coalesce(idx_tup_fetch, 0) > 0`,
    );
    await db.query('COMMIT');
    expect(reads.filter(({ walked }) => walked > 0)).toEqual([]);
    const taskResults = reads.find(({ name }) => name === 'task_results');
    expect(taskResults?.found).toBeGreaterThanOrEqual(10);
    expect(taskResults?.found).toBeLessThanOrEqual(40);
  });

  it('removes tombstones when nobody can use again what was sent then', async () => {
    await delivered(acme, 'taskrs-old');
    await delivered(acme, 'taskrs-older');
    await pass(PAST_RETENTION);
    await purgeAll();
    const { purges } = db.postgres;
    await pass(TOMBSTONE_DAYS - 1);
    expect(await purges.sweepTombstones(10)).toBe(0);
    await pass(2);
    expect([await purges.sweepTombstones(1), await purges.sweepTombstones(10)]).toEqual([1, 1]);
    expect(await db.query('SELECT id FROM task_results')).toEqual([]);
  });

  it('cannot be given a tombstone that still tells something, by whoever writes it', async () => {
    const id = await delivered(acme, 'taskrs-old');
    await db.query(`UPDATE task_results SET message = NULL WHERE id = '${id}'`);
    for (const change of [`message = 'x'`, `reason = 'x'`, `sealed_grant = 'x'`, `trying = 'x'`]) {
      const writing = db.query(`UPDATE task_results SET purged_at = now(), ${change} WHERE id = '${id}'`);
      await expect(writing).rejects.toThrow(/task_results_(purged|grant_erased)/);
    }
    const { hooks, schedule, tasks } = db.postgres;
    await hooks.recordTaskResult(acme.request(`taskrs-${randomUUID()}`));
    const [lease] = await schedule.claim('worker', 1);
    if (lease !== undefined) await tasks.decide(lease, aDecision());
    const early = db.query(`UPDATE task_results SET purged_at = now(), message = NULL WHERE state = 'decided'`);
    await expect(early).rejects.toThrow('task_results_purged');
  });
});

function momentsOf({ receivedAt, decidedAt, deliveredAt, progressBy, finalBy }: TaskResultDetail): object {
  return { receivedAt, decidedAt, deliveredAt, progressBy, finalBy };
}

function listed({ facts }: TaskResultDetail): object {
  const { task_result_id, run_id, workspace_name, stage, task_result_enforcement_level } = facts;
  return { task_result_id, run_id, workspace_name, stage, task_result_enforcement_level };
}
