import {
  aDecision,
  startTestPostgres,
  twoOrganizations,
  type TestOrganization,
  type TestPostgres,
} from '../testing/index.js';

jest.setTimeout(60_000);

const MINUTES = 60_000;

describe('the live board', () => {
  let db: TestPostgres;
  let acme: TestOrganization;
  let globex: TestOrganization;

  beforeAll(async () => {
    db = await startTestPostgres();
    [acme, globex] = await twoOrganizations(db);
    for (const name of ['a', 'b', 'c']) await db.postgres.hooks.recordTaskResult(acme.request(`taskrs-${name}`));
    await db.postgres.hooks.recordTaskResult(globex.request('taskrs-g'));
  });
  afterAll(() => db.close());

  /** Looks again, past what is remembered. */
  const numbers = async () => {
    const { live } = await db.open();
    return live.numbers(2 * MINUTES);
  };

  it('begins with the nearest deadline', async () => {
    await db.query(`UPDATE task_results SET progress_by = now() + interval '1 minute', decide_at = now() + interval '5 seconds'
                    WHERE task_result_id = 'taskrs-b'`);
    const { rows, now } = await db.postgres.live.inFlight({}, 10);
    expect(rows.map(({ facts }) => facts.task_result_id)[0]).toBe('taskrs-b');
    expect(rows).toHaveLength(4);
    expect((rows[0]?.progressBy.getTime() ?? 0) - now.getTime()).toBeLessThanOrEqual(MINUTES);
    expect(rows[0]).toMatchObject({ state: 'accepted', step: { done: 0, total: 1 }, attempt: 0, worker: null });
    expect((await numbers()).atRisk).toBe(1);
  });

  it('shows what is asked for', async () => {
    const { rows } = await db.postgres.live.inFlight(
      { organization: 'globex', state: 'accepted', stage: 'post_plan' },
      10,
    );
    expect(rows.map(({ organization }) => organization)).toEqual(['globex']);
    expect((await db.postgres.live.inFlight({ enforcement: 'nothing' }, 10)).rows).toEqual([]);
  });

  it('says who has it, and keeps a verdict until it has arrived', async () => {
    const [lease] = await db.postgres.schedule.claim('worker-7', 1);
    if (lease === undefined) throw new Error('nothing to claim');
    const row = async () => (await db.postgres.live.inFlight({}, 10)).rows.find(({ id }) => id === lease.taskResultId);
    expect(await row()).toMatchObject({ state: 'evaluating', worker: 'worker-7', attempt: 1 });
    await db.postgres.tasks.decide(lease, aDecision());
    expect(await row()).toMatchObject({ state: 'decided', step: { done: 1, total: 1, check: null } });
    expect((await numbers()).inFlight).toBe(4);
    await db.query(
      `UPDATE delivery_attempts SET finished_at = now(), status = 502, error = 'Bad Gateway', answer_class = 'transient'`,
    );
    expect(await row()).toMatchObject({ sent: { attempts: 1, status: 502, error: 'Bad Gateway' } });
    expect((await numbers()).callbacksFailing).toBe(1);
    await db.query(`UPDATE deliveries SET state = 'undeliverable', ended_at = now()`);
    await db.query(
      `UPDATE task_results SET state = 'undeliverable', progress_by = now() - interval '1 minute' WHERE id = '${lease.taskResultId}'`,
    );
    expect(await row()).toBeUndefined();
    expect(await numbers()).toMatchObject({ inFlight: 3, missedLastHour: 1, callbacksFailing: 0 });
  });

  it('tells who sent how much, minute by minute', async () => {
    const load = await db.postgres.live.load(60, 10);
    expect(load.map(({ organization, received }) => [organization, received.length])).toEqual([
      ['acme', 60],
      ['globex', 60],
    ]);
    expect(load.map(({ received }) => received.reduce((sum, count) => sum + count))).toEqual([3, 1]);
  });
});
