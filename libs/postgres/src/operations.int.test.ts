import { groupCallbacks, type CallbackFilter, type NewOperation, type Scope, type TakenItem } from '@rungate/run-task';
import { PLATFORM, TESTER } from '@rungate/run-task/testing';
import {
  aDeliveryUnderWay,
  startTestPostgres,
  twoOrganizations,
  type TestDatabase,
  type TestOrganization,
  type TestPostgres,
} from '../testing/index.js';

jest.setTimeout(60_000);

/** What a worker may take at once. */
const TURN = { kinds: ['resend'], atMost: 100, leaseSeconds: 60 } as const;

describe('an operation', () => {
  let cluster: TestPostgres;
  let db: TestDatabase;
  let acme: TestOrganization;
  let globex: TestOrganization;

  beforeAll(async () => {
    cluster = await startTestPostgres();
  });
  afterAll(() => cluster.close());
  beforeEach(async () => {
    db = await cluster.createDatabase();
    [acme, globex] = await twoOrganizations(db);
    for (const [organization, id] of [
      [acme, 'taskrs-1'],
      [acme, 'taskrs-2'],
      [globex, 'taskrs-3'],
    ] as const)
      await aDeliveryUnderWay(db, organization, id);
    await db.query(
      `UPDATE deliveries SET state = 'undeliverable', ended_at = now(), attempt_id = NULL, attempt_started_at = NULL, leased_until = NULL`,
    );
    await db.query(`UPDATE task_results SET state = 'undeliverable'`);
  });
  afterEach(() => db.postgres.close());

  const plan = (changes: Partial<NewOperation> = {}) =>
    db.postgres.operations.plan({
      scope: PLATFORM,
      kind: 'resend',
      filter: {},
      most: 10,
      reason: 'the proxy is up',
      perSecond: 2,
      by: TESTER,
      ...changes,
    });
  const named = (id: string) => ({ scope: PLATFORM, id, by: TESTER });
  /** As if a second had passed. */
  const aSecondLater = () => db.query(`UPDATE operations SET next_at = now() WHERE state = 'running'`);
  const end = (taken: readonly TakenItem[], state: 'done' | 'refused' = 'done') =>
    db.postgres.operationWork.end(
      taken.map(({ operationId, position }) => ({ operationId, position, state, detail: null })),
    );

  it('does nothing until it is started, and then so much in a second, whoever asks', async () => {
    const { id, counts, organizations, state } = await plan();
    expect([counts, organizations, state]).toEqual([{ pending: 3, done: 0, refused: 0, failed: 0 }, 2, 'planned']);
    const { operations, operationWork } = db.postgres;
    expect(await operationWork.take(TURN)).toEqual([]);
    expect((await operations.start(named(id)))?.state).toBe('running');
    const [first, second] = await Promise.all([operationWork.take(TURN), operationWork.take(TURN)]);
    expect([...first, ...second]).toHaveLength(2);
    await end([...first, ...second]);
    await aSecondLater();
    await end(await operationWork.take(TURN), 'refused');
    await aSecondLater();
    expect(await operationWork.take(TURN)).toEqual([]);
    expect(await operations.find(PLATFORM, id)).toMatchObject({
      state: 'done',
      counts: { pending: 0, done: 2, refused: 1, failed: 0 },
    });
  });

  it('is done to what was there when it was planned, and to no more than it may', async () => {
    const { id } = await plan({ filter: { organization: 'acme' } });
    await aDeliveryUnderWay(db, acme, 'taskrs-later');
    const items = await db.postgres.operations.items({ scope: PLATFORM, id, limit: 10, after: null });
    expect(items?.map(({ organization, state }) => [organization, state])).toEqual([
      ['acme', 'pending'],
      ['acme', 'pending'],
    ]);
    const cut = await plan({ most: 1 });
    expect([cut.isCut, cut.counts.pending]).toEqual([true, 1]);
  });

  it('of an organization is done to its own alone, whatever its filter names, and seen by nobody else of an organization', async () => {
    const scope = { kind: 'organization', organizationId: acme.organization.id } as const;
    const other = { kind: 'organization', organizationId: globex.organization.id } as const;
    expect((await plan({ scope, filter: { organization: 'globex' } })).counts.pending).toBe(0);
    const { id, counts } = await plan({ scope });
    expect(counts.pending).toBe(2);
    const { operations, operationWork } = db.postgres;
    expect(await operations.find(other, id)).toBeNull();
    expect(await operations.items({ scope: other, id, limit: 10, after: null })).toBeNull();
    expect(await operations.cancel({ ...named(id), scope: other })).toBeNull();
    expect(await operations.list(other, 10, null)).toEqual([]);
    await operations.start({ ...named(id), scope });
    const taken = await operationWork.take(TURN);
    expect(taken.map(({ organizationId }) => organizationId)).toEqual([acme.organization.id, acme.organization.id]);
  });

  it('is done to those alone that fail for one cause, which the callbacks name', async () => {
    const answered = (organization: TestOrganization, status: number, answerClass: string) =>
      db.query(
        `UPDATE delivery_attempts SET finished_at = now(), status = $2, answer_class = $3, error = 'no' WHERE organization_id = $1`,
        [organization.organization.id, status, answerClass],
      );
    await answered(acme, 401, 'unauthorized');
    await answered(globex, 503, 'transient');
    await aDeliveryUnderWay(db, globex, 'taskrs-under-way');
    const { callbacks, taskResults } = db.postgres;
    const causes = async (scope: Scope, filter: CallbackFilter = {}) =>
      groupCallbacks((await callbacks.failing(scope, filter)).rows).map(({ cause, givenUp }) => [cause, givenUp]);
    const [refused, down] = ['unauthorized 401 https://app.terraform.io', 'transient 503 https://app.terraform.io'];
    expect(await causes(PLATFORM)).toEqual([
      [refused, 2],
      [down, 1],
    ]);
    const scope = { kind: 'organization', organizationId: globex.organization.id } as const;
    expect(await causes(scope)).toEqual([[down, 1]]);
    expect(await causes(PLATFORM, { organization: 'acme' })).toEqual([[refused, 2]]);
    expect(await causes(PLATFORM, { since: new Date(Date.now() + 60_000) })).toEqual([]);
    const page = { filter: { cause: refused }, order: 'newest_first', limit: 10, after: null } as const;
    expect((await taskResults.list(PLATFORM, page)).rows.map(({ organization }) => organization)).toEqual([
      'acme',
      'acme',
    ]);
    expect((await taskResults.list(scope, page)).rows).toEqual([]);
    expect((await taskResults.facets(PLATFORM, page.filter)).organization).toEqual([{ value: 'acme', count: 2 }]);
    expect((await plan({ filter: { cause: refused } })).counts.pending).toBe(2);
    expect((await plan({ filter: { cause: 'another' } })).counts.pending).toBe(0);
  });

  it('stops when it is cancelled, once, and is in the audit trail', async () => {
    const { id } = await plan({ perSecond: 1 });
    const { operations, operationWork } = db.postgres;
    await operations.start(named(id));
    await end(await operationWork.take(TURN));
    expect((await operations.cancel(named(id)))?.state).toBe('cancelled');
    expect((await operations.start(named(id)))?.state).toBe('cancelled');
    await db.query(`UPDATE operations SET next_at = NULL`);
    expect(await operationWork.take(TURN)).toEqual([]);
    expect((await operations.find(PLATFORM, id))?.counts).toEqual({ pending: 2, done: 1, refused: 0, failed: 0 });
    const events = await db.query<{ action: string; reason: string }>(
      `SELECT action, reason FROM audit_events WHERE action LIKE 'operation.%' ORDER BY id`,
    );
    expect(events).toEqual(
      ['operation.started', 'operation.cancelled'].map((action) => ({ action, reason: 'the proxy is up' })),
    );
  });

  it('goes on with what a worker took and did not end', async () => {
    const { id } = await plan({ perSecond: 10 });
    const { operations, operationWork } = db.postgres;
    await operations.start(named(id));
    expect(await operationWork.take(TURN)).toHaveLength(3);
    await aSecondLater();
    expect(await operationWork.take(TURN)).toEqual([]);
    await db.query(`UPDATE operation_items SET leased_until = now()`);
    await aSecondLater();
    expect(await operationWork.take(TURN)).toHaveLength(3);
  });

  it('is told to those who watch', async () => {
    const { id } = await plan();
    const { changes } = await db.postgres.changes.changesSince(null, 100);
    expect(changes).toContainEqual(expect.objectContaining({ kind: 'operation', organizationId: null, subject: id }));
  });
});
