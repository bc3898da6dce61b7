import type { CallbackAnswer, DeliveryStep, PendingDelivery, Scope } from '@rungate/run-task';
import { PLATFORM } from '@rungate/run-task/testing';
import {
  aDeliveryUnderWay,
  anOrganization,
  startTestPostgres,
  type TestOrganization,
  type TestPostgres,
} from '../testing/index.js';

jest.setTimeout(60_000);

const REFUSED: CallbackAnswer = {
  kind: 'status',
  status: 409,
  retryAfterMs: null,
  title: 'is over',
  kept: '{"errors":[{"title":"is over"}]}\u0000',
};

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

async function finish(delivery: PendingDelivery, step: DeliveryStep, answer = REFUSED): Promise<void> {
  await db.postgres.tasks.finishAttempt(delivery, {
    answer,
    answerClass: 'conflict',
    durationMs: 9,
    step,
    deadlines: null,
  });
}

describe('what a server said to a callback', () => {
  it('is kept for operators; the people of an organization see the status and the title', async () => {
    const delivery = await underWay();
    await finish(delivery, { kind: 'undeliverable', reason: 'No.' });
    const shownTo = async (scope: Scope): Promise<unknown> =>
      (await db.postgres.taskResults.find(scope, delivery.taskResultId))?.deliveries[0]?.attempts;
    const attempt = { status: 409, error: 'is over', durationMs: 9 };
    expect(await shownTo(PLATFORM)).toMatchObject([{ ...attempt, answer: '{"errors":[{"title":"is over"}]}\ufffd' }]);
    const organization: Scope = { kind: 'organization', organizationId: acme.organization.id };
    expect(await shownTo(organization)).toMatchObject([{ ...attempt, answer: null }]);
  });
});

describe('a verdict that is presumed to have arrived', () => {
  const events = (): Promise<object[]> =>
    db.query(`SELECT action, actor->>'kind' AS actor, subject->>'name' AS name, reason FROM audit_events
              WHERE action = 'task-result.presumed-delivered' ORDER BY id`);

  it('is in the audit trail, once, and one that arrived for certain is not', async () => {
    const certain = await underWay();
    await finish(certain, { kind: 'delivered', presumed: false });
    const presumed = await underWay();
    await finish(presumed, { kind: 'delivered', presumed: true });
    await finish(presumed, { kind: 'delivered', presumed: true });
    expect(await events()).toEqual([
      {
        action: 'task-result.presumed-delivered',
        actor: 'system',
        name: presumed.taskResultId,
        reason: 'Last answer: HTTP 409 (is over).',
      },
    ]);
  });
});
