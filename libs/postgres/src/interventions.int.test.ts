import { lateDecision } from '@rungate/run-task';
import { aRequest, PLATFORM, TESTER } from '@rungate/run-task/testing';
import {
  aDecision,
  startTestPostgres,
  twoOrganizations,
  type TestOrganization,
  type TestPostgres,
} from '../testing/index.js';

jest.setTimeout(60_000);

describe('an operator', () => {
  let db: TestPostgres;
  let acme: TestOrganization;
  let globex: TestOrganization;

  beforeAll(async () => {
    db = await startTestPostgres();
    [acme, globex] = await twoOrganizations(db);
  });
  afterAll(() => db.close());

  const on = (id: string) => ({ scope: PLATFORM, id, reason: 'because', by: TESTER });
  const recorded = async (taskResultId: string): Promise<string> => {
    const request = acme.request(taskResultId);
    await db.postgres.hooks.recordTaskResult(request);
    return request.id;
  };

  it('tells a Terraform now that checks go on, where a worker has them', async () => {
    const { interventions, schedule } = db.postgres;
    const id = await recorded('taskrs-1');
    expect(await interventions.extend(on(id))).toEqual({ kind: 'refused', why: 'not_started' });
    const [lease] = await schedule.claim('worker', 1);
    expect(await schedule.claimProgress(10, 60_000)).toEqual([]);
    expect(await interventions.extend(on(id))).toEqual({ kind: 'accepted' });
    expect((await schedule.claimProgress(10, 60_000)).map(({ taskResultId }) => taskResultId)).toEqual([id]);
    if (lease === undefined) throw new Error('nothing to claim');
    await db.postgres.tasks.decide(lease, aDecision());
    expect(await interventions.extend(on(id))).toEqual({ kind: 'refused', why: 'decided' });
    expect(await interventions.finish(on(id))).toEqual({ kind: 'refused', why: 'decided' });
  });

  it('has a verdict at once that is no better than at the deadline, and that progress does not put off', async () => {
    const { interventions, schedule, tasks } = db.postgres;
    const id = await recorded('taskrs-2');
    const [lease] = await schedule.claim('worker', 1);
    if (lease === undefined) throw new Error('nothing to claim');
    expect(await schedule.findLate(10)).toEqual([]);
    expect(await interventions.finish(on(id))).toEqual({ kind: 'accepted' });
    const [late] = await schedule.findLate(10);
    if (late === undefined) throw new Error('nothing is late');
    const evaluation = await tasks.takeOver(late);
    if (evaluation === null) throw new Error('not taken over');
    const decided = lateDecision({ ...evaluation, onTimeout: 'passed' }, new Date());
    expect([decided.verdict, decided.message]).toEqual([
      'failed',
      expect.stringContaining('when whoever operates Rungate ended the evaluation'),
    ]);
    expect((await tasks.decide(evaluation.lease, decided)).kind).toBe('decided');
    // The worker that had it comes too late.
    expect((await tasks.decide(lease, aDecision())).kind).toBe('stale');
  });

  it('is seen by the organization whose run it is', async () => {
    const events = await db.query<{ action: string; organization_id: string; reason: string }>(
      `SELECT action, organization_id, reason FROM audit_events WHERE action LIKE 'task-result.%' ORDER BY id`,
    );
    expect(events).toEqual(
      ['extended', 'cut-short'].map((act) => ({
        action: `task-result.${act}`,
        organization_id: acme.organization.id,
        reason: 'because',
      })),
    );
  });

  it('finds nothing where nothing is', async () => {
    const { interventions } = db.postgres;
    expect(await interventions.finish(on(db.postgres.ids.next()))).toBeNull();
    expect(await interventions.extend(on('no-id'))).toBeNull();
    const scope = { kind: 'organization', organizationId: globex.organization.id } as const;
    const id = await recorded('taskrs-3');
    expect(await interventions.finish({ ...on(id), scope })).toBeNull();
  });
});

describe('the history of a workspace', () => {
  let db: TestPostgres;

  beforeAll(async () => {
    db = await startTestPostgres();
  });
  afterAll(() => db.close());

  it('is of its own organization and workspace, newest first, and of what has ended', async () => {
    const [acme, globex] = await twoOrganizations(db);
    const record = async (organization: TestOrganization, id: string, workspaceId: string): Promise<string> => {
      const request = organization.request(id, {
        request: aRequest({ task_result_id: id, workspace_id: workspaceId }),
      });
      await db.postgres.hooks.recordTaskResult(request);
      return request.id;
    };
    const ids = [
      await record(acme, 'taskrs-1', 'ws-1'),
      await record(acme, 'taskrs-2', 'ws-1'),
      await record(acme, 'taskrs-3', 'ws-2'),
      await record(globex, 'taskrs-4', 'ws-1'),
    ];
    await db.query(
      `UPDATE task_results SET state = 'delivered', verdict = 'passed', decided_at = now(), delivered_at = now()`,
    );
    const waiting = await record(acme, 'taskrs-5', 'ws-1');
    const history = await db.postgres.taskResults.history(PLATFORM, waiting, 30);
    expect(history?.map(({ id, verdict }) => [id, verdict])).toEqual([
      [ids[1], 'passed'],
      [ids[0], 'passed'],
    ]);
    const scope = { kind: 'organization', organizationId: globex.organization.id } as const;
    expect(await db.postgres.taskResults.history(scope, waiting, 30)).toBeNull();
  });
});
