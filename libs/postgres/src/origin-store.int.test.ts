import {
  grantsOf,
  LIMITS,
  type Evaluation,
  type Lease,
  type OriginGrant,
  type OriginRecord,
  type PutOrigin,
} from '@rungate/run-task';
import { TESTER } from '@rungate/run-task/testing';
import {
  aDecision,
  anOrganization,
  startTestPostgres,
  type TestOrganization,
  type TestPostgres,
} from '../testing/index.js';

jest.setTimeout(60_000);

const OWN = 'https://tfe.example.com:8443';
const OPERATOR = { ...TESTER, name: 'olivia' };

describe('the origins of an organization', () => {
  let db: TestPostgres;
  let acme: TestOrganization;
  let globex: TestOrganization;
  let count = 0;

  beforeAll(async () => {
    db = await startTestPostgres();
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    count += 1;
    acme = await anOrganization(db, `acme-${count}`);
    globex = await anOrganization(db, `globex-${count}`);
  });

  const put = (desired: Partial<OriginRecord> = {}, changes: Partial<PutOrigin> = {}) =>
    db.postgres.origins.put({
      organizationId: acme.organization.id,
      desired: { origin: OWN, state: 'approved', privateRanges: [], caBundle: null, ...desired },
      expected: {},
      by: OPERATOR,
      dryRun: false,
      ...changes,
    });
  const find = (of = acme) => db.postgres.origins.find(of.organization.id, OWN);
  /** Sets the run task as the organization's own people do, unless they may approve. */
  const choose = (origin: string, of = acme, approve = false) =>
    db.postgres.runTasks.put({
      organizationId: of.organization.id,
      name: of.runTask.name,
      settings: { ...of.runTask, terraformOrigin: origin, downloadOrigins: [origin] },
      hmacKey: { secret: `of ${origin} at ${of.organization.slug}`.padEnd(40), given: false },
      overlapHours: 72,
      guardedOrigins: { origins: [origin], approve },
      expected: {},
      allow: () => undefined,
      by: TESTER,
      reason: null,
      dryRun: false,
    });
  const events = (of = acme) =>
    db.query<{ action: string; actor: string; before: unknown; after: unknown }>(
      `SELECT action, actor ->> 'name' AS actor, before, after FROM audit_events
       WHERE organization_id = $1 AND subject ->> 'name' = $2 ORDER BY id`,
      [of.organization.id, OWN],
    );

  it('are granted once, however often they are put', async () => {
    expect(await put({ privateRanges: ['10.20.0.0/16'] })).toMatchObject({
      kind: 'created',
      stored: { state: 'approved', requestedBy: 'olivia', decidedBy: 'olivia', decidedAt: expect.any(Date) as Date },
    });
    const granted = await find();
    expect(await put({ privateRanges: ['10.20.0.0/16'] })).toMatchObject({ kind: 'unchanged', changed: [] });
    expect(await find()).toEqual(granted);
    expect(await events()).toHaveLength(1);
  });

  it('name what a change changed, and withdraw once', async () => {
    await put();
    const wider = { privateRanges: ['10.20.0.0/16'], caBundle: 'pem' };
    expect(await put(wider)).toMatchObject({ kind: 'changed', changed: ['privateRanges', 'caBundle'] });
    expect(await put({ ...wider, state: 'refused' })).toMatchObject({ kind: 'changed', changed: ['state'] });
    expect(await put({ ...wider, state: 'refused' })).toMatchObject({ kind: 'unchanged', changed: [] });
    expect(await events()).toEqual([
      {
        action: 'origin.approved',
        actor: 'olivia',
        before: null,
        after: { state: 'approved', privateRanges: [], caBundle: null },
      },
      { action: 'origin.changed', actor: 'olivia', before: { privateRanges: [], caBundle: null }, after: wider },
      { action: 'origin.refused', actor: 'olivia', before: { state: 'approved' }, after: { state: 'refused' } },
    ]);
  });

  it('are written neither by a dry run nor over a change that was not seen', async () => {
    expect(await put({}, { dryRun: true })).toMatchObject({ kind: 'created' });
    expect(await find()).toBeNull();
    await put();
    const { revision = 0 } = (await find()) ?? {};
    await put({ state: 'refused' }, { expected: { revision } });
    expect(await put({}, { expected: { revision } })).toEqual({ rejected: 'stale' });
    expect(await find()).toMatchObject({ state: 'refused' });
  });

  it('are pending by the choice of its own people, once, and approved by an operator', async () => {
    expect(await choose(OWN)).toMatchObject({ changed: expect.arrayContaining(['originState']) as string[] });
    expect(await find()).toMatchObject({ state: 'pending', requestedBy: 'test', decidedBy: null, decidedAt: null });
    expect(await choose(OWN)).toMatchObject({ kind: 'unchanged', changed: [] });
    expect(await put()).toMatchObject({ changed: ['state'], stored: { requestedBy: 'test', decidedBy: 'olivia' } });
    await choose(OWN);
    expect(await find()).toMatchObject({ state: 'approved' });
    expect((await events()).map(({ action, actor }) => [action, actor])).toEqual([
      ['origin.requested', 'test'],
      ['origin.approved', 'olivia'],
    ]);
  });

  it('stay refused when its own people choose them again, and keep what was granted', async () => {
    await put({ state: 'refused', privateRanges: ['10.20.0.0/16'] });
    await choose(OWN);
    expect(await find()).toMatchObject({ state: 'refused' });
    await choose(OWN, acme, true);
    expect(await find()).toMatchObject({ state: 'approved', privateRanges: ['10.20.0.0/16'] });
  });

  it(`are ${LIMITS.origins} at most, of which none is lost and none changed by one too many`, async () => {
    const stored = await db.postgres.origins.list(acme.organization.id, 1_000, null);
    await db.query(
      `INSERT INTO terraform_origins (organization_id, origin, state, private_ranges, requested_by)
       SELECT $1, 'https://tfe-' || n || '.example', 'pending', '{}', 'test' FROM generate_series(1, $2::integer) n`,
      [acme.organization.id, LIMITS.origins - stored.length - 1],
    );
    expect(await put()).toMatchObject({ kind: 'created' });
    expect(await put({ origin: 'https://one-too-many.example' })).toEqual({ rejected: 'over_limit' });
    expect(await choose('https://one-too-many.example')).toEqual({ rejected: 'origins_over_limit' });
    const runTask = await db.postgres.runTasks.find(acme.organization.id, acme.runTask.name);
    expect(runTask).toMatchObject({ terraformOrigin: 'https://app.terraform.io' });
    expect(await put({ state: 'refused' })).toMatchObject({ kind: 'changed' });
    expect(await put({}, { organizationId: globex.organization.id })).toMatchObject({ kind: 'created' });
  });

  it('are walked in order, and are nothing to another organization', async () => {
    for (const origin of ['https://b.example', 'https://c.example', 'https://a.example']) await put({ origin });
    const { id } = acme.organization;
    const first = await db.postgres.origins.list(id, 2, null);
    const rest = await db.postgres.origins.list(id, 10, 'https://b.example');
    expect(first.map(({ origin }) => origin)).toEqual(['https://a.example', 'https://b.example']);
    expect(rest.map(({ origin }) => origin)).toEqual(['https://c.example', `https://tfe.acme-${count}.example`]);
    await put();
    expect(await find(globex)).toBeNull();
    const theirs = await db.postgres.origins.list(globex.organization.id, 10, null);
    expect(theirs.map(({ origin }) => origin)).toEqual([`https://tfe.globex-${count}.example`]);
    expect(await events(globex)).toEqual([]);
  });

  it('act when they are read: a grant that is withdrawn is gone at the next evaluation and delivery', async () => {
    const granted = { privateRanges: ['10.20.0.0/16'], caBundle: 'pem' };
    await put(granted);
    const lease = await claimed(acme);
    const { tasks } = db.postgres;
    const evaluation = async () => reachable(await tasks.loadEvaluation(lease));
    expect(await evaluation()).toEqual([{ origin: OWN, ...granted }]);
    await put({ state: 'refused' });
    expect(await evaluation()).toEqual([]);
    await put(granted);
    const answer = await tasks.decide(lease, aDecision());
    if (answer.kind !== 'decided') throw new Error(answer.kind);
    const delivery = async () => reachable(await tasks.loadDelivery(answer.turn));
    expect(await delivery()).toEqual([{ origin: OWN, ...granted }]);
    await put({ ...granted, state: 'refused' });
    expect(await delivery()).toEqual([]);
  });

  it('are granted to one organization alone, also where another chose the same', async () => {
    await put({ privateRanges: ['10.20.0.0/16'] });
    await choose(OWN, globex);
    const { tasks } = db.postgres;
    const lease = await claimed(globex);
    expect(reachable(await tasks.loadEvaluation(lease))).toEqual([]);
    // Approved there, too, it leads to no private address: that was granted to the other.
    await choose(OWN, globex, true);
    const bare = [{ origin: OWN, privateRanges: [], caBundle: null }];
    expect(reachable(await tasks.loadEvaluation(lease))).toEqual(bare);
    const answer = await tasks.decide(lease, aDecision());
    if (answer.kind !== 'decided') throw new Error(answer.kind);
    expect(reachable(await tasks.loadDelivery(answer.turn))).toEqual(bare);
  });

  /** A request to a run task at `OWN` that is being judged. */
  const claimed = async (of: TestOrganization): Promise<Lease> => {
    const chosen = await choose(OWN, of);
    if (chosen.rejected !== undefined) throw new Error(chosen.rejected);
    const { hooks, schedule } = db.postgres;
    const { versionId, originState } = chosen.stored;
    const hook = { ...of.hook, versionId, terraformOrigin: OWN, originState };
    await hooks.recordTaskResult(of.request('taskrs-1', { hook }));
    const [lease] = await schedule.claim('worker', 1);
    if (lease === undefined) throw new Error('nothing to claim');
    return lease;
  };
});

/** What is let through of what was loaded. */
function reachable(loaded: Pick<Evaluation, 'terraformOrigin' | 'originRecords'> | null): readonly OriginGrant[] {
  if (loaded === null) throw new Error('nothing was loaded');
  return grantsOf([loaded.terraformOrigin], loaded.originRecords, { origins: [] });
}
