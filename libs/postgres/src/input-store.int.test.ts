import type { PlanChanges } from '@rungate/run-task';
import { aCheckResult, PLATFORM, TESTER } from '@rungate/run-task/testing';
import {
  aDeliveryUnderWay,
  startTestPostgres,
  twoOrganizations,
  type TestOrganization,
  type TestPostgres,
} from '../testing/index.js';
import type { Postgres } from './index.js';

jest.setTimeout(60_000);

const PLAN = Buffer.from('a masked plan, compressed');
const CHANGES: PlanChanges = {
  counts: { create: 1, update: 0, replace: 0, delete: 0, forget: 0, import: 0 },
  items: [{ address: 'aws_vpc.main', moduleAddress: null, type: 'aws_vpc', action: 'create', why: null }],
  references: [],
  isCut: false,
};

describe('the masked plan of a task result', () => {
  let db: TestPostgres;
  let acme: TestOrganization;
  let globex: TestOrganization;
  let postgres: Postgres;

  beforeAll(async () => {
    db = await startTestPostgres();
    postgres = db.postgres;
    [acme, globex] = await twoOrganizations(db);
  });
  afterAll(() => db.close());

  const judged = async (of: TestOrganization, id: string): Promise<string> =>
    (await aDeliveryUnderWay(db, of, id)).taskResultId;
  const keep = (of: TestOrganization, taskResultId: string, gzip: Uint8Array | null = PLAN) => {
    const organizationId = of.organization.id;
    return postgres.inputs.keep(organizationId, [{ organizationId, taskResultId, plan: { gzip, changes: CHANGES } }]);
  };
  const load = (of: TestOrganization, id: string) => postgres.inputs.load(of.organization.id, id);
  const inputOf = async (id: string) => (await postgres.taskResults.find(PLATFORM, id))?.input;
  const setDays = (days: number) => db.query('UPDATE organizations SET input_retention_days = $1', [days]);

  it('opens again with what the run task checks today, and is nowhere in clear', async () => {
    const id = await judged(acme, 'taskrs-1');
    expect((await load(acme, id))?.plan).toEqual({ kind: 'none' });
    await keep(acme, id);
    await keep(acme, id, Buffer.from('another'));
    expect(await load(acme, id)).toMatchObject({
      facts: { task_result_id: 'taskrs-1' },
      verdict: 'failed',
      checks: [{ name: 'guard' }],
      plan: { kind: 'kept', gzip: PLAN },
    });
    expect(await inputOf(id)).toMatchObject({ state: 'kept' });
    const [row] = await db.query<{ sealed: Buffer }>('SELECT sealed_plan AS sealed FROM task_inputs');
    expect(row?.sealed.includes(PLAN)).toBe(false);
  });

  it('is of its own row alone: moved to another it does not open', async () => {
    const [one, other] = [await judged(acme, 'taskrs-2'), await judged(acme, 'taskrs-3')];
    await keep(acme, one);
    await keep(acme, other, Buffer.from('its own'));
    await db.query(
      `UPDATE task_inputs SET sealed_plan = (SELECT sealed_plan FROM task_inputs WHERE task_result_id = $1) WHERE task_result_id = $2`,
      [one, other],
    );
    await expect(load(acme, other)).rejects.toMatchObject({ code: 'unseal_failed' });
    expect(await load(globex, one)).toBeNull();
  });

  it('is told to its organization as a list of what it changes', async () => {
    const [id, without] = [await judged(acme, 'taskrs-10'), await judged(acme, 'taskrs-11')];
    await keep(acme, id);
    const scope = (of: TestOrganization) => ({ kind: 'organization', organizationId: of.organization.id }) as const;
    expect(await postgres.taskResults.planChanges(scope(acme), id)).toEqual(CHANGES);
    expect(await postgres.taskResults.planChanges(scope(globex), id)).toBeNull();
    expect(await postgres.taskResults.planChanges(PLATFORM, without)).toBe('none');
  });

  it('is known to be too large where it was', async () => {
    const id = await judged(acme, 'taskrs-4');
    await keep(acme, id, null);
    expect([(await load(acme, id))?.plan, await inputOf(id)]).toEqual([
      { kind: 'too_large' },
      { state: 'too_large', keptUntil: null },
    ]);
  });

  it('is kept as long as its organization says, and not at all where it says 0', async () => {
    const id = await judged(acme, 'taskrs-5');
    await setDays(0);
    await keep(acme, id);
    expect(await inputOf(id)).toEqual({ state: 'none', keptUntil: null });
    // Addresses are details of the task result, as findings are.
    expect(await postgres.taskResults.planChanges(PLATFORM, id)).toEqual(CHANGES);
    await setDays(2);
    await keep(acme, id);
    const age = async (hours: number): Promise<void> => {
      await db.query(`UPDATE task_inputs SET stored_at = now() - $1 * interval '1 hour' WHERE task_result_id = $2`, [
        hours,
        id,
      ]);
      await db.query('UPDATE organizations SET look_for_inputs_at = now()');
      while ((await postgres.purges.purgeInputs(100)) !== null);
    };
    await age(47);
    expect(await inputOf(id)).toMatchObject({ state: 'kept' });
    await age(49);
    expect(await inputOf(id)).toEqual({ state: 'none', keptUntil: null });
  });

  it('goes with the details of its task result, and so does what later checks said', async () => {
    const id = await judged(acme, 'taskrs-6');
    await keep(acme, id);
    await record(id);
    await db.query(`UPDATE task_results SET state = 'delivered', delivered_at = now() WHERE id = $1`, [id]);
    await db.query(
      `UPDATE task_results SET received_at = now() - interval '200 days', progress_by = now() - interval '199 days', final_by = now() - interval '199 days' WHERE id = $1`,
      [id],
    );
    await db.query('UPDATE organizations SET look_for_aged_at = now()');
    while ((await postgres.purges.purgeAged(100)) !== null);
    expect(await load(acme, id)).toBeNull();
    expect(await postgres.taskResults.planChanges(PLATFORM, id)).toBe('none');
    expect(await postgres.reevaluations.list(PLATFORM, id, 10)).toEqual([]);
    expect(await db.query('SELECT FROM task_inputs WHERE task_result_id = $1', [id])).toEqual([]);
  });

  async function record(taskResultId: string, operationId = postgres.ids.next()): Promise<void> {
    await postgres.inputs.record({
      organizationId: acme.organization.id,
      taskResultId,
      operationId,
      by: TESTER,
      reason: 'a new rule',
      versionId: acme.hook.versionId,
      verdict: 'passed',
      message: 'Passed.',
      results: [aCheckResult()],
    });
  }

  it('is judged once for an operation, and what came of it is shown to its organization alone', async () => {
    const id = await judged(acme, 'taskrs-7');
    const operation = postgres.ids.next();
    await record(id, operation);
    await record(id, operation);
    const found = await postgres.reevaluations.list(PLATFORM, id, 10);
    expect(found).toMatchObject([
      { verdict: 'passed', isSame: false, reason: 'a new rule', operationId: operation, results: [{ name: 'guard' }] },
    ]);
    const scope = (of: TestOrganization) => ({ kind: 'organization', organizationId: of.organization.id }) as const;
    expect(await postgres.reevaluations.list(scope(acme), id, 10)).toEqual(found);
    expect(await postgres.reevaluations.list(scope(globex), id, 10)).toBeNull();
    const events = await db.query<{ reason: string }>(
      `SELECT reason FROM audit_events WHERE action = 'task-result.re-evaluated' AND subject->>'name' = $1`,
      [id],
    );
    expect(events).toEqual([{ reason: 'a new rule' }]);
  });

  it('is what an operation needs to be planned for it', async () => {
    const [kept, none] = [await judged(acme, 'taskrs-8'), await judged(acme, 'taskrs-9')];
    await keep(acme, kept);
    const plan = (id: string) =>
      postgres.operations.plan({
        scope: PLATFORM,
        kind: 'reevaluate',
        filter: { id },
        most: 10,
        reason: 'a new rule',
        perSecond: 1,
        by: TESTER,
      });
    const { id } = await plan(kept);
    expect((await plan(none)).counts.pending).toBe(0);
    await postgres.operations.start({ scope: PLATFORM, id, by: TESTER });
    const turn = { atMost: 5, leaseSeconds: 60 };
    expect(await postgres.operationWork.take({ ...turn, kinds: ['resend'] })).toEqual([]);
    expect(await postgres.operationWork.take({ ...turn, kinds: ['reevaluate'] })).toMatchObject([
      { taskResultId: kept, reason: 'a new rule' },
    ]);
  });
});
