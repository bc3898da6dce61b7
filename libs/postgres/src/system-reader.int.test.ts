import { aDeliveryUnderWay, anOrganization, startTestPostgres, type TestPostgres } from '../testing/index.js';

jest.setTimeout(60_000);

describe('the state of an installation', () => {
  let db: TestPostgres;

  beforeAll(async () => {
    db = await startTestPostgres();
  });
  afterAll(() => db.close());

  it('names workers with what they have in hands, and hosts with what came of the latest callbacks', async () => {
    const acme = await anOrganization(db, 'acme');
    await aDeliveryUnderWay(db, acme, 'taskrs-1');
    await db.query(
      `UPDATE delivery_attempts SET finished_at = now(), status = 502, error = 'Bad Gateway', answer_class = 'transient'`,
    );
    await db.postgres.hooks.recordTaskResult(acme.request('taskrs-2'));
    await db.postgres.schedule.claim('worker-7', 1);
    const state = await db.postgres.system.systemState();
    expect(state.workers).toMatchObject([{ id: 'worker-7', taskResults: [{ organization: 'acme' }] }]);
    expect(state.hosts).toMatchObject([
      { origin: 'https://app.terraform.io', attempts: 1, failed: 1, lastStatus: 502, lastError: 'Bad Gateway' },
    ]);
    expect(state.migration).toMatch(/^2026\d+_\w+$/);
    expect([state.hasOwner, state.databaseVersion.length > 0]).toEqual([false, true]);
  });
});
