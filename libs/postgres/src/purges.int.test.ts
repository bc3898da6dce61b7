import { PLATFORM, TESTER } from '@rungate/run-task/testing';
import {
  aDecision,
  anOrganization,
  startTestPostgres,
  type TestDatabase,
  type TestPostgres,
} from '../testing/index.js';
import { verifyAudit } from './index.js';

jest.setTimeout(60_000);

const SETTINGS = { displayName: 'x', tags: [], weight: 1, maxInFlight: null, retentionDays: 1, inputRetentionDays: 0 };

/** What stays of a purged organization, and why. */
const KEPT: Readonly<Record<string, string>> = {
  audit_chain: 'Hashes tell nothing, and hold the trail together.',
  audit_checkpoints: 'Says, signed, that its events may be gone.',
  audit_trails: 'Where the trail ended.',
};

describe('a purge', () => {
  let cluster: TestPostgres;
  let db: TestDatabase;

  beforeAll(async () => {
    cluster = await startTestPostgres();
  });
  afterAll(() => cluster.close());
  beforeEach(async () => {
    db = await cluster.createDatabase();
  });
  afterEach(() => db.postgres.close());

  /** As if its grace time had passed. */
  const makeDue = async (slug: string): Promise<void> => {
    await db.query(`SET session_replication_role = replica`);
    await db.query(`UPDATE organizations SET state = 'suspended', purge_at = now() WHERE slug = '${slug}'`);
    await db.query(`SET session_replication_role = origin`);
  };
  const purgeAll = async (): Promise<void> => {
    for (let step = 0; step < 100; step++) {
      while ((await db.postgres.auditTrails.chain(100)) > 0);
      if ((await db.postgres.purges.step()) === null) return;
    }
    throw new Error('the purge does not end');
  };
  const counts = async (organizationId: string): Promise<Readonly<Record<string, number>>> => {
    const tables = await db.query<{ name: string }>(
      `SELECT DISTINCT c.relname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'organization_id' ORDER BY 1`,
    );
    const found: Record<string, number> = {};
    for (const { name } of tables) {
      const [row] = await db.query<{ count: number }>(
        `SELECT count(*)::integer FROM ${name} WHERE organization_id = '${organizationId}'`,
      );
      if ((row?.count ?? 0) > 0) found[name] = row?.count ?? 0;
    }
    return found;
  };

  it('removes every row of an organization but the hashes of its trail, and nothing of another', async () => {
    const acme = await withRows(db, 'acme');
    const globex = await withRows(db, 'globex');
    await purgeAll();
    const before = await counts(globex);
    await makeDue('acme');
    await purgeAll();
    expect(Object.keys(await counts(acme)).filter((table) => KEPT[table] === undefined)).toEqual([]);
    expect(await counts(globex)).toEqual(before);
    expect(await db.query(`SELECT slug FROM organizations ORDER BY 1`)).toEqual([{ slug: 'globex' }]);
  });

  it('knows every table that has an organization', async () => {
    const unknown = await db.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
         AND a.attname = 'organization_id' AND NOT c.relname = ANY ($1)
         AND NOT EXISTS (SELECT FROM pg_proc p WHERE p.proname IN ('purge_some', 'purge_task_results', 'purge_run_tasks', 'finish_purge')
                         AND p.prosrc ~ ('\\m' || c.relname || '\\M'))
         AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confdeltype = 'c')`,
      [Object.keys(KEPT)],
    );
    expect(unknown).toEqual([]);
  });

  it('leaves trails that can be verified, and says in that of the platform that it was', async () => {
    const acme = await withRows(db, 'acme');
    await note(db, acme);
    await note(db, acme);
    while ((await db.postgres.auditTrails.chain(100)) > 0);
    const heads = await db.postgres.auditTrails.heads(null);
    await makeDue('acme');
    await purgeAll();
    while ((await db.postgres.auditTrails.chain(100)) > 0);
    const headLines = heads.map((head) => JSON.stringify(head));
    const { trails } = await verifyAudit({ url: db.url, masterKeys: cluster.masterKeys, headLines });
    expect(trails.map(({ problem }) => problem)).toEqual([null, null]);
    const [event] = await db.query(
      `SELECT subject, before->>'id' AS id FROM audit_events WHERE action = 'organization.purged'`,
    );
    expect(event).toEqual({ subject: { kind: 'organization', name: 'acme' }, id: acme });

    // Without the checkpoint the events would be missed.
    await db.query('SET session_replication_role = replica; DELETE FROM audit_checkpoints');
    const without = await verifyAudit({ url: db.url, masterKeys: cluster.masterKeys });
    expect(without.trails.map(({ problem }) => problem?.fault)).toContain('deleted');
  });

  it('destroys the keys first, so that what a copy of the database still has stays sealed', async () => {
    await withRows(db, 'acme');
    await makeDue('acme');
    await db.postgres.purges.step();
    expect(await db.query('SELECT FROM data_keys')).toEqual([]);
    expect(await db.query('SELECT FROM task_results')).not.toEqual([]);
  });

  it('touches no organization whose time has not come, or that was resumed', async () => {
    await withRows(db, 'acme');
    await db.query(`UPDATE organizations SET state = 'suspended', purge_at = now() + interval '2 days'`);
    expect(await db.postgres.purges.step()).toBeNull();
    await db.query(`UPDATE organizations SET state = 'active', purge_at = NULL`);
    expect(await db.postgres.purges.step()).toBeNull();
    await expect(db.query(`UPDATE organizations SET purge_at = now() + interval '2 days'`)).rejects.toThrow(
      'check constraint',
    );
  });

  it('is asked for with a day or more to think it over, and taken back', async () => {
    const { organization } = await anOrganization(db, 'acme');
    const { organizations } = db.postgres;
    const deleted = await organizations.delete(organization, { by: TESTER, graceDays: 30 });
    const days = ((deleted.purgeAt?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect([deleted.state, Math.round(days)]).toEqual(['suspended', 30]);
    expect(await organizations.delete(deleted, { by: TESTER, graceDays: 60 })).toEqual(deleted);
    expect(await organizations.suspend(deleted, TESTER)).toEqual(deleted);
    const resumed = await organizations.resume(deleted, TESTER);
    expect(resumed).toMatchObject({ state: 'active', purgeAt: null });
    expect(await organizations.find(PLATFORM, 'acme')).toEqual(resumed);
    const actions = await db.query<{ action: string }>(
      `SELECT action FROM audit_events WHERE action LIKE 'organization.%' ORDER BY id`,
    );
    expect(actions.map(({ action }) => action)).toEqual([
      'organization.created',
      'organization.deleted',
      'organization.resumed',
    ]);
  });

  it('cannot be asked for at once, by whoever has the login of the API', async () => {
    await withRows(db, 'acme');
    const asking = db.query(`UPDATE organizations SET state = 'suspended', purge_at = now() + interval '1 hour'`);
    await expect(asking).rejects.toThrow('a day from now at the earliest');
  });

  it('never gives the slug again', async () => {
    await withRows(db, 'acme');
    await makeDue('acme');
    await purgeAll();
    for (const dryRun of [true, false]) {
      const asked = {
        slug: 'acme',
        settings: SETTINGS,
        scope: PLATFORM,
        expected: {},
        allow: () => undefined,
        by: TESTER,
      };
      expect(await db.postgres.organizations.put({ ...asked, dryRun })).toEqual({ rejected: 'slug_taken' });
    }
    expect(await db.query(`SELECT slug FROM organizations`)).toEqual([]);
  });

  it('disturbs no accept, however often they meet', async () => {
    const organizations = await Promise.all(['a', 'b', 'c'].map((slug) => withRows(db, slug)));
    expect(organizations).toHaveLength(3);
    const busy = await anOrganization(db, 'busy');
    await makeDue('a');
    await makeDue('b');
    const purging = purgeAll();
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, number) => db.postgres.hooks.recordTaskResult(busy.request(`taskrs-x${number}`))),
    );
    await purging;
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['recorded']));
    expect(await db.query(`SELECT slug FROM organizations ORDER BY 1`)).toEqual([{ slug: 'busy' }, { slug: 'c' }]);
  });
});

/** An organization with a row in every table that accept and decide write; its id. */
async function withRows(db: TestDatabase, slug: string): Promise<string> {
  const { hooks, schedule, tasks } = db.postgres;
  const { organization, hook, request } = await anOrganization(db, slug);
  await hooks.recordTaskResult(request(`taskrs-${slug}`));
  await hooks.noteRefusal(hook, { reason: 'not_json', detail: 'x' });
  const [lease] = await schedule.claim('worker', 1);
  if (lease === undefined) throw new Error('nothing to claim');
  await tasks.decide(lease, aDecision());
  return organization.id;
}

let notes = 0;

async function note(db: TestDatabase, organizationId: string): Promise<void> {
  const id = `0190b000-0000-7000-8000-${(++notes).toString(16).padStart(12, '0')}`;
  await db.query(
    `INSERT INTO audit_events (id, organization_id, actor, action, subject)
     VALUES ('${id}', '${organizationId}', '{"kind": "system"}', 'test.done', '{}')`,
  );
}
