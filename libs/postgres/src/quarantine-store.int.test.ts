import type { CheckDeath, Quarantine } from '@rungate/run-task';
import { TESTER } from '@rungate/run-task/testing';
import { anOrganization, startTestPostgres, type TestPostgres } from '../testing/index.js';

jest.setTimeout(60_000);

describe('quarantines', () => {
  let db: TestPostgres;
  let count = 0;

  beforeAll(async () => {
    db = await startTestPostgres();
  });
  afterAll(() => db.close());

  /** A check of a new organization, all of the same plugin unless told otherwise. */
  async function aCheckOf(use: string): Promise<Omit<CheckDeath, 'taskResultId'>> {
    const { organization, runTask } = await anOrganization(db, `org-${++count}`);
    const place = { organizationId: organization.id, runTaskId: runTask.id, check: 'guard' };
    return { ...place, use, pluginVersion: '1.0.0', failure: 'memory' };
  }

  /** So many deaths, of as many task results in turn. */
  async function die(check: Omit<CheckDeath, 'taskResultId'>, deaths: number, taskResults = deaths): Promise<void> {
    const ids = Array.from({ length: taskResults }, () => db.postgres.ids.next());
    for (let i = 0; i < deaths; i++) {
      const taskResultId = ids[i % taskResults] ?? '';
      await db.postgres.quarantines.noteDeaths(check.organizationId, [{ ...check, taskResultId }]);
    }
  }

  const imposed = async (use: string): Promise<readonly Quarantine[]> =>
    (await db.postgres.quarantines.impose()).filter((quarantine) => quarantine.use === use);
  const active = async (use: string): Promise<readonly Quarantine[]> =>
    (await db.postgres.quarantines.active()).filter((quarantine) => quarantine.use === use);

  it('come after three deaths over two task results, once, and last an hour', async () => {
    const check = await aCheckOf('thrice');
    await die(check, 2);
    expect(await imposed('thrice')).toEqual([]);
    await die(check, 1);
    const [quarantine, ...others] = await imposed('thrice');
    const { organizationId, runTaskId } = check;
    expect(others).toEqual([]);
    expect(quarantine).toMatchObject({
      place: { organizationId, runTaskId, check: 'guard' },
      pluginVersion: '1.0.0',
      failure: 'memory',
      count: 3,
    });
    if (quarantine !== undefined) expect(quarantine.until.getTime() - quarantine.since.getTime()).toBe(3_600_000);
    expect(await active('thrice')).toEqual([quarantine]);
    expect(await imposed('thrice')).toEqual([]);
    expect(await active('thrice')).toHaveLength(1);
  });

  it('do not come for one task result, for old deaths, or for a new version', async () => {
    await die(await aCheckOf('of-one'), 5, 1);
    const old = await aCheckOf('of-old');
    await die(old, 3);
    await db.query(`UPDATE check_deaths SET died_at = now() - interval '11 minutes' WHERE use = 'of-old'`);
    const changed = await aCheckOf('of-new');
    await die(changed, 2);
    await die({ ...changed, pluginVersion: '1.0.1' }, 2);
    expect(await db.postgres.quarantines.impose()).toEqual([]);
  });

  it('of many keepers at once come once', async () => {
    await die(await aCheckOf('at-once'), 3);
    await Promise.all(Array.from({ length: 8 }, () => db.postgres.quarantines.impose()));
    expect(await active('at-once')).toHaveLength(1);
  });

  it('begin to count anew when they are over', async () => {
    const check = await aCheckOf('again');
    await die(check, 3);
    await imposed('again');
    await db.query(`UPDATE quarantines SET until = now() WHERE use = 'again'`);
    expect(await active('again')).toEqual([]);
    expect(await imposed('again')).toEqual([]);
    await die(check, 3);
    expect(await imposed('again')).toHaveLength(1);
  });

  it('are for everybody after three organizations, and not before, however often one dies', async () => {
    const [a, b, c] = [await aCheckOf('spread'), await aCheckOf('spread'), await aCheckOf('spread')];
    await die(a, 50);
    await die(b, 3);
    await imposed('spread');
    expect((await imposed('spread')).concat(await active('spread')).filter(({ place }) => place === null)).toEqual([]);
    await die(c, 3);
    const places = (await imposed('spread')).map(({ place }) => place?.organizationId ?? 'everybody');
    expect(places).toEqual([c.organizationId, 'everybody']);
    expect(await imposed('spread')).toEqual([]);
  });

  it('are seen and lifted by their organization alone, and counted anew from then on', async () => {
    const [check, other] = [await aCheckOf('lifted'), await aCheckOf('lifted')];
    await die(check, 3);
    await imposed('lifted');
    const { shownQuarantines } = db.postgres;
    const [shown, ...more] = await shownQuarantines.list(check.organizationId, 10, null);
    expect(shown).toMatchObject({ runTask: 'guardrails', count: 3, failure: 'memory', place: { check: 'guard' } });
    expect(more).toEqual([]);
    expect(await shownQuarantines.list(other.organizationId, 10, null)).toEqual([]);
    const id = shown?.id ?? '';
    expect(await shownQuarantines.lift(other.organizationId, id, TESTER)).toBe(false);
    expect(await shownQuarantines.lift(null, id, TESTER)).toBe(false);
    expect(await shownQuarantines.lift(check.organizationId, id, TESTER)).toBe(true);
    expect(await shownQuarantines.lift(check.organizationId, id, TESTER)).toBe(false);
    expect(await active('lifted')).toEqual([]);
    expect(await imposed('lifted')).toEqual([]);
    const trail = await db.query(`SELECT subject, before FROM audit_events WHERE action = 'quarantine.lifted'`);
    expect(trail).toMatchObject([{ subject: { kind: 'quarantine', name: 'guard' }, before: { use: 'lifted' } }]);
    await die(check, 3);
    expect(await imposed('lifted')).toHaveLength(1);
  });

  it('for everybody are lifted by the platform, and not imposed again for what was there', async () => {
    for (const check of [await aCheckOf('all'), await aCheckOf('all'), await aCheckOf('all')]) await die(check, 3);
    const [forAll] = (await imposed('all')).filter(({ place }) => place === null);
    const { shownQuarantines } = db.postgres;
    expect((await shownQuarantines.list(null, 10, null)).map(({ id }) => id)).toContain(forAll?.id);
    expect(await shownQuarantines.lift(null, forAll?.id ?? '', TESTER)).toBe(true);
    expect(await imposed('all')).toEqual([]);
    expect((await active('all')).every(({ place }) => place !== null)).toBe(true);
  });

  it('forget deaths after a day', async () => {
    const check = await aCheckOf('long-ago');
    await die(check, 1);
    await db.query(`UPDATE check_deaths SET died_at = now() - interval '25 hours' WHERE use = 'long-ago'`);
    await db.postgres.quarantines.impose();
    expect(await db.query(`SELECT FROM check_deaths WHERE use = 'long-ago'`)).toEqual([]);
  });
});
