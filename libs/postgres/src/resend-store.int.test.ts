import type { PendingDelivery, ResendAnswer, Scope } from '@rungate/run-task';
import { anOutcome, PLATFORM, TESTER } from '@rungate/run-task/testing';
import {
  aDeliveryUnderWay,
  anOrganization,
  startTestPostgres,
  type TestOrganization,
  type TestPostgres,
} from '../testing/index.js';

jest.setTimeout(60_000);

let db: TestPostgres;
let acme: TestOrganization;
let count = 0;

beforeAll(async () => {
  db = await startTestPostgres();
  acme = await anOrganization(db, 'acme');
});
afterAll(() => db.close());

/** A verdict whose first attempt is under way. */
function underWay(): Promise<PendingDelivery> {
  return aDeliveryUnderWay(db, acme, `taskrs-${++count}`);
}

/** A verdict that was given up before its deadline. */
async function givenUp(): Promise<PendingDelivery> {
  const delivery = await underWay();
  await db.postgres.tasks.finishAttempt(delivery, anOutcome({ kind: 'undeliverable', reason: 'It was refused.' }));
  return delivery;
}

function resend(id: string, scope: Scope = PLATFORM): Promise<ResendAnswer | null> {
  return db.postgres.resends.resend({ scope, id, by: TESTER });
}

async function stateOf(id: string): Promise<object | undefined> {
  const [row] = await db.query(
    `SELECT t.state, t.reason, t.sealed_grant IS NOT NULL AS "hasGrant", d.state AS delivery
     FROM task_results t LEFT JOIN deliveries d ON d.task_result_id = t.id WHERE t.id = $1`,
    [id],
  );
  return row;
}

async function passDeadline(id: string): Promise<void> {
  const past = `now() - interval '1 second'`;
  await db.query(`UPDATE task_results SET progress_by = ${past}, final_by = ${past} WHERE id = $1`, [id]);
  await db.query(`UPDATE deliveries SET deadline = ${past} WHERE task_result_id = $1`, [id]);
}

describe('sending a verdict again', () => {
  it('makes one that was given up due at once, with the token and the history that it had, and audits who did', async () => {
    const { taskResultId, accessToken } = await givenUp();
    expect(await stateOf(taskResultId)).toMatchObject({ state: 'undeliverable', hasGrant: true });
    expect(await resend(taskResultId)).toMatchObject({
      kind: 'due',
      changed: true,
      deadline: expect.any(Date) as Date,
    });
    expect(await stateOf(taskResultId)).toEqual({ state: 'decided', reason: null, hasGrant: true, delivery: 'due' });
    const [turn] = await db.postgres.schedule.claimDeliveries(1);
    if (turn === undefined) throw new Error('it is not due');
    const delivery = await db.postgres.tasks.loadDelivery(turn);
    expect(delivery).toMatchObject({ taskResultId, accessToken, earlier: ['unauthorized'] });
    if (delivery === null) throw new Error('nothing to deliver');
    await db.postgres.tasks.finishAttempt(delivery, anOutcome({ kind: 'delivered', presumed: false }));
    expect(await stateOf(taskResultId)).toMatchObject({ state: 'delivered', hasGrant: false });
    const events = await db.query(
      `SELECT organization_id, actor->>'name' AS by, before FROM audit_events
       WHERE action = 'task-result.resent' AND subject->>'name' = $1`,
      [taskResultId],
    );
    expect(events).toEqual([
      {
        organization_id: acme.organization.id,
        by: TESTER.name,
        before: { state: 'undeliverable', reason: 'It was refused.' },
      },
    ]);
  });

  it('brings the next attempt of one that waits for it to now', async () => {
    const delivery = await underWay();
    const inAnHour = new Date(Date.now() + 3_600_000);
    await db.postgres.tasks.finishAttempt(delivery, anOutcome({ kind: 'retry', at: inAnHour }));
    expect(await db.postgres.schedule.claimDeliveries(1)).toEqual([]);
    expect(await resend(delivery.taskResultId)).toMatchObject({ changed: true });
    expect(await db.postgres.schedule.claimDeliveries(1)).toMatchObject([{ deliveryId: delivery.deliveryId }]);
  });

  it('changes nothing while it is being sent, or was asked for already, and audits that no second time', async () => {
    const sending = await underWay();
    expect(await resend(sending.taskResultId)).toMatchObject({ kind: 'due', changed: false });
    const { taskResultId } = await givenUp();
    const answers = await Promise.all([1, 2, 3].map(() => resend(taskResultId)));
    expect(answers.map((answer) => answer?.kind === 'due' && answer.changed).sort()).toEqual([false, false, true]);
    const [events] = await db.query(
      `SELECT count(*)::integer AS n FROM audit_events WHERE subject->>'name' IN ($1, $2)`,
      [taskResultId, sending.taskResultId],
    );
    expect(events).toEqual({ n: 1 });
  });

  it('is refused without a verdict, after it was delivered, and after the deadline', async () => {
    const { hooks } = db.postgres;
    const undecided = acme.request('taskrs-undecided');
    await hooks.recordTaskResult(undecided);
    expect(await resend(undecided.id)).toEqual({ kind: 'refused', why: 'undecided' });
    const delivered = await underWay();
    await db.postgres.tasks.finishAttempt(delivered, anOutcome({ kind: 'delivered', presumed: true }));
    expect(await resend(delivered.taskResultId)).toEqual({ kind: 'refused', why: 'delivered' });
    const late = await givenUp();
    await passDeadline(late.taskResultId);
    expect(await resend(late.taskResultId)).toEqual({ kind: 'refused', why: 'too_late' });
  });

  it('is for those who see the task result', async () => {
    const { taskResultId } = await givenUp();
    const other = await anOrganization(db, 'globex');
    expect(await resend(taskResultId, { kind: 'organization', organizationId: other.organization.id })).toBeNull();
    expect(await resend(taskResultId, { kind: 'partner', managedBy: 'nobody' })).toBeNull();
    expect(await resend('nothing')).toBeNull();
    expect(await stateOf(taskResultId)).toMatchObject({ state: 'undeliverable' });
  });
});

describe('the grant of a verdict that was given up', () => {
  it('is erased when its deadline passes, by whatever keeper comes', async () => {
    const { taskResultId } = await givenUp();
    const open = await givenUp();
    await passDeadline(taskResultId);
    await db.postgres.schedule.expireDeliveries(10);
    expect(await stateOf(taskResultId)).toMatchObject({ state: 'undeliverable', hasGrant: false });
    expect(await stateOf(open.taskResultId)).toMatchObject({ state: 'undeliverable', hasGrant: true });
  });

  it('is erased with the end when the deadline is over by then', async () => {
    const { taskResultId } = await underWay();
    await passDeadline(taskResultId);
    await db.query(`UPDATE deliveries SET leased_until = NULL WHERE task_result_id = $1`, [taskResultId]);
    expect(await db.postgres.schedule.expireDeliveries(10)).toBe(1);
    expect(await stateOf(taskResultId)).toMatchObject({ state: 'undeliverable', hasGrant: false });
  });

  it('never outlives a delivery, whoever writes', async () => {
    const { taskResultId } = await givenUp();
    await expect(
      db.query(`UPDATE task_results SET sealed_grant = '\\x00', state = 'delivered' WHERE id = $1`, [taskResultId]),
    ).resolves.toBeDefined();
    expect(await stateOf(taskResultId)).toMatchObject({ hasGrant: false });
    await expect(
      db.query(`UPDATE task_results SET sealed_grant = '\\x00' WHERE id = $1`, [taskResultId]),
    ).rejects.toThrow('task_results_grant_erased');
  });
});
