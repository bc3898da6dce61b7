import { createHmac } from 'node:crypto';
import { findSigner, type Lease } from '@rungate/run-task';
import { aCheckResult, aFinding, HOOK_SECRET, PLATFORM } from '@rungate/run-task/testing';
import { aDecision, anOrganization, startTestPostgres, type TestPostgres } from '../testing/index.js';

jest.setTimeout(60_000);

describe('the life of a task result in Postgres', () => {
  let db: TestPostgres;

  beforeAll(async () => {
    db = await startTestPostgres();
  });
  afterAll(() => db.close());

  it('goes from accepted to delivered, and its grant is gone', async () => {
    const { postgres } = db;
    const acme = await anOrganization(db, 'acme');
    const taskResult = acme.request('taskrs-1');

    expect(await postgres.hooks.recordTaskResult(taskResult)).toEqual({ kind: 'recorded' });
    expect(await postgres.schedule.backlog()).toEqual({ claimable: 1, deliverable: 0 });
    const [lease] = await postgres.schedule.claim('worker-1', 10);
    expect(lease).toMatchObject({ taskResultId: taskResult.id, epoch: 1, attempt: 1 });

    const evaluation = await postgres.tasks.loadEvaluation(held(lease));
    expect(evaluation).toMatchObject({
      organizationSlug: 'acme',
      runTaskName: 'guardrails',
      stage: 'post_plan',
      request: taskResult.request,
      checks: [{ name: 'guard' }],
      finished: [],
    });
    const result = aCheckResult({ findings: [aFinding({ message: 'nul \u0000 and \ud800' })] });
    expect(await postgres.tasks.saveCheckResults(held(lease), [result])).toBe(true);
    const answer = await postgres.tasks.decide(held(lease), aDecision([result]));
    if (answer.kind !== 'decided') throw new Error(answer.kind);

    const delivery = await postgres.tasks.loadDelivery(answer.turn);
    if (delivery === null) throw new Error('nothing to deliver');
    expect(delivery).toMatchObject({ accessToken: taskResult.request.grant.accessToken, kind: 'final', earlier: [] });
    const { progressBy, finalBy, deadlineProfile } = delivery;
    expect({ ...answer, deadlineProfile: evaluation?.deadlineProfile }).toMatchObject({
      progressBy,
      finalBy,
      deadlineProfile,
    });
    await postgres.tasks.finishAttempt(delivery, {
      answer: { kind: 'status', status: 200, retryAfterMs: null, title: null },
      answerClass: 'delivered',
      durationMs: 12.5,
      step: { kind: 'delivered', presumed: false },
      deadlines: null,
    });

    expect(await postgres.taskResults.find(PLATFORM, taskResult.id)).toMatchObject({
      organization: 'acme',
      runTask: 'guardrails',
      state: 'delivered',
      verdict: 'failed',
      checks: [{ name: result.name, findings: [{ message: 'nul \uFFFD and \uFFFD' }] }],
      deliveries: [{ kind: 'final', state: 'delivered', attempts: [{ status: 200, answerClass: 'delivered' }] }],
    });
    expect(await db.query('SELECT sealed_grant FROM task_results')).toEqual([{ sealed_grant: null }]);
  });

  it('verifies with the key that was sealed', async () => {
    const { hook } = await anOrganization(db, 'globex', HOOK_SECRET);
    const body = Buffer.from('{}');
    const signature = createHmac('sha512', HOOK_SECRET).update(body).digest('hex');
    expect(findSigner(hook.keys, body, signature)).toBe(hook.keys[0]);
    expect(findSigner(hook.keys, Buffer.from('{ }'), signature)).toBeNull();
  });
});

function held(lease: Lease | undefined): Lease {
  if (lease === undefined) throw new Error('nothing was claimed');
  return lease;
}
