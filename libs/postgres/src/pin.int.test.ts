import type { Evaluation } from '@rungate/run-task';
import { aRequest, TESTER } from '@rungate/run-task/testing';
import { anOrganization, startTestPostgres, type TestOrganization, type TestPostgres } from '../testing/index.js';

jest.setTimeout(60_000);

describe('the Terraform organization of a run task', () => {
  let db: TestPostgres;
  let acme: TestOrganization;

  beforeAll(async () => {
    db = await startTestPostgres();
    acme = await anOrganization(db, 'acme');
  });
  afterAll(() => db.close());

  const evaluation = async (taskResultId: string, organizationName: string): Promise<Evaluation> => {
    const { hooks, schedule, tasks } = db.postgres;
    const request = aRequest({ task_result_id: taskResultId, organization_name: organizationName });
    await hooks.recordTaskResult(acme.request(taskResultId, { request }));
    const [lease] = await schedule.claim('worker', 1);
    const loaded = lease === undefined ? null : await tasks.loadEvaluation(lease);
    if (loaded === null) throw new Error('nothing to evaluate');
    return loaded;
  };
  const pinned = async (): Promise<string | null | undefined> =>
    (await db.postgres.runTasks.find(acme.organization.id, 'guardrails'))?.terraformOrganization;
  const pin = (terraformOrganization: string | null): ReturnType<typeof db.postgres.runTasks.pin> =>
    db.postgres.runTasks.pin({
      organizationId: acme.organization.id,
      name: 'guardrails',
      terraformOrganization,
      by: TESTER,
    });

  it('is that of the first request, and stays', async () => {
    expect(await pinned()).toBeNull();
    expect(await evaluation('taskrs-1', 'acme-corp')).toMatchObject({ terraformOrganization: 'acme-corp' });
    expect(await pinned()).toBe('acme-corp');
    expect(await evaluation('taskrs-2', 'mallory')).toMatchObject({ terraformOrganization: 'acme-corp' });
    expect(await pinned()).toBe('acme-corp');
  });

  it('is what a person says, and again that of the next request', async () => {
    expect(await pin('acme-two')).toMatchObject({ terraformOrganization: 'acme-two' });
    expect(await evaluation('taskrs-3', 'acme-corp')).toMatchObject({ terraformOrganization: 'acme-two' });
    await pin(null);
    expect(await evaluation('taskrs-4', 'acme-three')).toMatchObject({ terraformOrganization: 'acme-three' });
    const trail = await db.query(
      `SELECT before, after FROM audit_events WHERE action = 'run-task.changed' ORDER BY id`,
    );
    expect(trail).toEqual([
      { before: { terraformOrganization: 'acme-corp' }, after: { terraformOrganization: 'acme-two' } },
      { before: { terraformOrganization: 'acme-two' }, after: { terraformOrganization: null } },
    ]);
  });
});
