import { Client } from 'pg';
import type { AuditHead } from '@rungate/run-task';
import { anOrganization, startTestPostgres, type TestDatabase, type TestPostgres } from '../../testing/index.js';
import {
  migrate,
  newMasterKey,
  parseMasterKeys,
  verifyAudit,
  type MasterKeys,
  type TrailFault,
  type VerifiedTrail,
} from '../index.js';
import { Keyring } from '../keyring.js';
import { BEGINNING, linkAfter, PLATFORM_TRAIL, type EventRecord } from './link.js';

jest.setTimeout(60_000);

describe('an audit trail', () => {
  let cluster: TestPostgres;
  let db: TestDatabase;
  let acme: string;
  let globex: string;

  beforeAll(async () => {
    cluster = await startTestPostgres();
  });
  afterAll(() => cluster.close());
  beforeEach(async () => {
    db = await cluster.createDatabase();
    acme = (await anOrganization(db, 'acme')).organization.id;
    globex = (await anOrganization(db, 'globex')).organization.id;
    for (let number = 1; number <= 6; number++) await act(db, acme, `acme.${number}`);
    await act(db, globex, 'globex.1');
    await act(db, null, 'platform.1');
    await chainAll(db);
  });

  // A cluster takes a hundred connections, and each of these opens many.
  afterEach(() => db.postgres.close());

  const verify = (headLines: readonly string[] = [], masterKeys = cluster.masterKeys): Promise<Verified> =>
    verified(db, masterKeys, headLines);
  /** As the owner of the database would: triggers and policies are no obstacle to him. */
  const tamper = async (sql: string): Promise<void> => {
    await db.query(`SET session_replication_role = replica; ${sql}`);
    await db.query('SET session_replication_role = origin');
  };
  const link = (sequence: number): string =>
    `(SELECT event_id FROM audit_chain WHERE organization_id = '${acme}' AND sequence = ${sequence})`;

  it('holds every event of its organization, and no other', async () => {
    const { acme: own, globex: other, platform } = await verify();
    const counted = await db.query<{ trail: string; count: number }>(
      `SELECT coalesce(organization_id, '${PLATFORM_TRAIL}') AS trail, count(*)::integer FROM audit_events GROUP BY 1`,
    );
    const count = (trail: string): number => counted.find((row) => row.trail === trail)?.count ?? 0;
    expect(own).toMatchObject({ events: count(acme), waiting: 0, problem: null });
    expect(other).toMatchObject({ events: count(globex), waiting: 0, problem: null });
    expect(platform).toMatchObject({ events: count(PLATFORM_TRAIL), waiting: 0, problem: null });
  });

  it('does not miss an event whose transaction commits after later ones', async () => {
    const late = new Client({ connectionString: db.url });
    await late.connect();
    await late.query('BEGIN');
    await act({ query: (sql) => late.query(sql) }, acme, 'acme.late');
    await act(db, acme, 'acme.next');
    expect(await db.postgres.auditTrails.chain(100)).toBe(1);
    await late.query('COMMIT');
    await late.end();
    expect(await db.postgres.auditTrails.chain(100)).toBe(1);
    expect((await verify()).acme).toMatchObject({ waiting: 0, problem: null });
  });

  it('leaves an event that was taken back without a trace', async () => {
    await db.query('BEGIN');
    await act(db, acme, 'acme.never');
    await db.query('ROLLBACK');
    expect(await db.postgres.auditTrails.chain(100)).toBe(0);
  });

  it('is chained once, by however many keepers at the same time', async () => {
    const other = await db.open();
    for (let number = 0; number < 60; number++) await act(db, number % 2 === 0 ? acme : globex, 'many');
    const keepers = Array.from({ length: 12 }, (_, turn) =>
      (turn % 2 === 0 ? db.postgres : other).auditTrails.chain(7),
    );
    await Promise.all(keepers);
    await chainAll(db);
    const found = await verify();
    expect([found.acme?.problem, found.globex?.problem]).toEqual([null, null]);
    expect(await db.query('SELECT FROM audit_unchained')).toEqual([]);
    await other.close();
  });

  it('says how many events wait for the keeper, and which one waits for ever', async () => {
    await act(db, acme, 'acme.new');
    expect((await verify()).acme).toMatchObject({ waiting: 1, problem: null });
    await tamper(`UPDATE audit_events SET at = at - interval '11 minutes' WHERE action = 'acme.new'`);
    expect((await verify()).acme?.problem).toMatchObject({ fault: 'unchained' });
  });

  it('names an event that was slipped in behind the keeper', async () => {
    await tamper(`INSERT INTO audit_events SELECT gen_random_uuid(), organization_id, at, actor, address, 'forged', subject
                  FROM audit_events WHERE id = ${link(2)}`);
    expect((await verify()).acme?.problem).toMatchObject({ fault: 'unchained' });
  });

  it('names an event of which any column was changed', async () => {
    const columns = await db.query<{ name: string; type: string }>(
      `SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
       WHERE attrelid = 'audit_events'::regclass AND attnum > 0 AND NOT attisdropped`,
    );
    const other: Readonly<Record<string, string>> = {
      jsonb: `'{"changed": true}'`,
      text: `'changed'`,
      inet: `'192.0.2.77'`,
      'timestamp with time zone': `now() - interval '1 day'`,
      uuid: `'0190a000-0000-7000-8000-00000000dead'`,
    };
    for (const { name, type } of columns.filter((column) => column.name !== 'id')) {
      const before = `CREATE TABLE IF NOT EXISTS kept AS SELECT * FROM audit_events WHERE id = ${link(3)}`;
      await db.query(before);
      await tamper(
        `UPDATE audit_events SET ${name} = ${other[type] ?? 'no value for this type'} WHERE id = ${link(3)}`,
      );
      expect([name, (await verify()).acme?.problem?.fault]).toEqual([name, 'changed']);
      await tamper(`DELETE FROM audit_events WHERE id = ${link(3)}; INSERT INTO audit_events SELECT * FROM kept`);
      expect((await verify()).acme?.problem).toBeNull();
    }
    await tamper(`UPDATE audit_events SET id = gen_random_uuid() WHERE id = ${link(3)}`);
    expect((await verify()).acme?.problem).toMatchObject({ fault: 'deleted', sequence: 3 });
  });

  it('names an event that was deleted, with or without its link', async () => {
    await tamper(`DELETE FROM audit_events WHERE id = ${link(4)}`);
    expect((await verify()).acme?.problem).toMatchObject({ fault: 'deleted', sequence: 4 });
    await tamper(`DELETE FROM audit_chain WHERE organization_id = '${acme}' AND sequence = 4`);
    expect((await verify()).acme?.problem).toMatchObject({ fault: 'deleted', sequence: 4, eventId: null });
    await tamper(`UPDATE audit_chain SET sequence = sequence - 1 WHERE organization_id = '${acme}' AND sequence > 4`);
    expect((await verify()).acme?.problem).toMatchObject({ fault: 'out_of_order', sequence: 4 });
    expect((await verify()).globex?.problem).toBeNull();
  });

  it('names an event that changed places with another', async () => {
    await tamper(
      `UPDATE audit_chain SET sequence = 1000 + sequence WHERE organization_id = '${acme}' AND sequence IN (2, 5)`,
    );
    await tamper(`UPDATE audit_chain SET sequence = CASE sequence WHEN 1002 THEN 5 ELSE 2 END
                  WHERE organization_id = '${acme}' AND sequence > 1000`);
    expect((await verify()).acme?.problem).toMatchObject({ fault: 'out_of_order', sequence: 2 });
  });

  it('names an event that was moved into another organization', async () => {
    await tamper(`UPDATE audit_chain SET organization_id = '${globex}', sequence = 1000 WHERE event_id = ${link(6)}`);
    expect((await verify()).globex?.problem).not.toBeNull();
    expect((await verify()).acme?.problem).not.toBeNull();
  });

  it('names a cut end, by what the database notes of itself', async () => {
    const events = (await verify()).acme?.events ?? 0;
    await tamper(`DELETE FROM audit_events WHERE id = ${link(events)};
                  DELETE FROM audit_chain WHERE organization_id = '${acme}' AND sequence = ${events}`);
    expect((await verify()).acme?.problem).toMatchObject({ fault: 'cut', sequence: events - 1 });
  });

  it('names a cut end by its head, when the database was made to agree', async () => {
    const heads = lines(await db.postgres.auditTrails.heads(null));
    await cutCleanly(tamper, acme, 3);
    expect((await verify()).acme?.problem).toBeNull();
    expect((await verify(heads)).acme?.problem).toMatchObject({ fault: 'cut', sequence: 3 });
  });

  it('names a trail that is gone altogether, by its head', async () => {
    const heads = lines(await db.postgres.auditTrails.heads(null));
    await cutCleanly(tamper, acme, 0);
    await tamper(`DELETE FROM audit_trails WHERE organization_id = '${acme}'`);
    expect((await verify(heads)).acme?.problem).toMatchObject({ fault: 'cut', sequence: 0 });
  });

  it('names every trail of a database of yesterday, also after the platform went on with it', async () => {
    for (const table of TABLES) await db.query(`CREATE TABLE yesterday_${table} AS SELECT * FROM ${table}`);
    await act(db, acme, 'acme.today');
    await act(db, null, 'platform.today');
    await chainAll(db);
    const heads = lines(await db.postgres.auditTrails.heads(null));
    expect(faults(await verify(heads))).toEqual({ acme: null, globex: null, platform: null });

    for (const table of TABLES)
      await tamper(`DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM yesterday_${table}`);
    expect(faults(await verify(heads))).toEqual({ acme: 'cut', globex: null, platform: 'cut' });

    for (let number = 0; number < 3; number++) await act(db, acme, 'acme.other');
    await chainAll(db);
    expect(faults(await verify())).toEqual({ acme: null, globex: null, platform: null });
    expect(faults(await verify(heads))).toEqual({ acme: 'forked', globex: null, platform: 'cut' });
  });

  it('names a trail that was wholly made anew by somebody without the key', async () => {
    await tamper(`UPDATE audit_events SET actor = '{"name": "somebody else"}' WHERE organization_id = '${acme}'`);
    await forge(tamper, db, acme);
    expect((await verify()).acme?.problem).toMatchObject({ fault: 'recomputed', sequence: 1 });
  });

  it('is verified by the keys that made it, after the master key was rotated', async () => {
    const [older, newer] = [newMasterKey(), newMasterKey()];
    const url = db.url;
    await migrate({ url, masterKeys: parseMasterKeys([older]) });
    const before = await db.open({ masterKeys: parseMasterKeys([older]) });
    await db.query(`DELETE FROM audit_unchained; SET session_replication_role = replica;
      DELETE FROM audit_chain; DELETE FROM audit_trails; DELETE FROM audit_events; SET session_replication_role = origin`);
    await act(db, acme, 'acme.older');
    await before.auditTrails.chain(100);
    const heads = lines(await before.auditTrails.heads(null));
    await migrate({ url, masterKeys: parseMasterKeys([newer, older]) });
    const after = await db.open({ masterKeys: parseMasterKeys([newer, older]) });
    await act(db, acme, 'acme.newer');
    await after.auditTrails.chain(100);
    const keys = parseMasterKeys([newer, older]);
    expect((await verify(heads, keys)).acme).toMatchObject({ events: 2, problem: null });
    expect((await verify([], parseMasterKeys([newer]))).acme?.problem).toMatchObject({
      fault: 'unknown_key',
      sequence: 1,
    });
    await migrate({ url, masterKeys: cluster.masterKeys });
    await Promise.all([before.close(), after.close()]);
  });

  it('gives the heads of what went on, and takes none that was not signed by us', async () => {
    const [all, none] = [
      await db.postgres.auditTrails.heads(null),
      await db.postgres.auditTrails.heads(new Date(Date.now() + 60_000)),
    ];
    expect(all.map(({ trail }) => trail).sort()).toEqual([PLATFORM_TRAIL, acme, globex].sort());
    expect(none).toEqual([]);
    const forged = all.map((head) => ({ ...head, sequence: 99 }));
    const answer = await verifyAudit({ url: db.url, masterKeys: cluster.masterKeys, headLines: lines(forged) });
    expect([answer.heads, answer.badHeads]).toEqual([0, 3]);
    expect(answer.trails.map(({ problem }) => problem)).toEqual([null, null, null]);
  });

  it('can be changed by no login that serves', async () => {
    for (const table of ['audit_events', 'audit_chain', 'audit_trails', 'audit_unchained', 'audit_checkpoints']) {
      const rows = await db.query<{ login: string; may: string }>(
        `SELECT l AS login, p AS may FROM unnest($1::text[]) l, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) p
         WHERE has_table_privilege(l, $2, p) OR has_any_column_privilege(l, $2, CASE p WHEN 'UPDATE' THEN p ELSE 'SELECT' END) AND p = 'UPDATE'`,
        [['rungate_ingress', 'rungate_organization', 'rungate_flow', 'rungate_platform', 'rungate_queue'], table],
      );
      expect([table, rows]).toEqual([table, []]);
    }
    await expect(db.query(`DELETE FROM audit_events`)).rejects.toThrow('never changed');
    await expect(db.query(`UPDATE audit_chain SET sequence = 7`)).rejects.toThrow('never changed');
  });
});

type Verified = Readonly<Partial<Record<'acme' | 'globex' | 'platform', VerifiedTrail>>>;

async function verified(
  { url }: { readonly url: string },
  masterKeys: MasterKeys,
  headLines: readonly string[] = [],
): Promise<Verified> {
  const { trails } = await verifyAudit({ url, masterKeys, headLines });
  return Object.fromEntries(
    trails.map((trail): [string, VerifiedTrail] => [
      trail.trail === PLATFORM_TRAIL ? 'platform' : (trail.organization ?? trail.trail),
      trail,
    ]),
  );
}

function faults(trails: Verified): Readonly<Record<string, TrailFault | null>> {
  return Object.fromEntries(Object.entries(trails).map(([name, { problem }]) => [name, problem?.fault ?? null]));
}

function lines(heads: readonly AuditHead[]): readonly string[] {
  return [
    '{"level":"info","moment":"ready"}',
    'no JSON',
    ...heads.map((head) => JSON.stringify({ level: 'info', ...head })),
  ];
}

async function chainAll({ postgres }: Pick<TestDatabase, 'postgres'>): Promise<void> {
  while ((await postgres.auditTrails.chain(100)) > 0);
}

const TABLES = ['audit_events', 'audit_chain', 'audit_trails', 'audit_unchained', 'audit_checkpoints'];

type Tamper = (sql: string) => Promise<void>;

/** Takes the end of a trail away, everywhere in the database. */
async function cutCleanly(tamper: Tamper, trail: string, after: number): Promise<void> {
  const gone = `organization_id = '${trail}' AND sequence > ${after}`;
  await tamper(`
    DELETE FROM audit_events WHERE id IN (SELECT event_id FROM audit_chain WHERE ${gone});
    DELETE FROM audit_chain WHERE ${gone};
    UPDATE audit_trails t SET sequence = ${after}, hash = coalesce(
      (SELECT hash FROM audit_chain c WHERE c.organization_id = t.organization_id AND c.sequence = ${after}), '')
    WHERE organization_id = '${trail}'`);
}

/** Makes every link of a trail anew as the keeper would, with a key of one's own, under the name of ours. */
async function forge(tamper: Tamper, db: TestDatabase, trail: string): Promise<void> {
  const keys = new Keyring(parseMasterKeys([newMasterKey()]), ['audit']).auditKeys();
  const rows = await db.query<{ sequence: string; event: EventRecord & { id: string } }>(
    `SELECT sequence, audit_event_record(e) AS event FROM audit_chain c JOIN audit_events e ON e.id = c.event_id
     WHERE c.organization_id = $1 ORDER BY sequence`,
    [trail],
  );
  let end = BEGINNING;
  for (const { event } of rows) {
    const { digest, ...link } = linkAfter(keys, trail, end, event);
    end = link;
    await tamper(`UPDATE audit_chain SET digest = '\\x${digest.toString('hex')}', hash = '\\x${link.hash.toString('hex')}'
                  WHERE organization_id = '${trail}' AND sequence = ${link.sequence}`);
  }
  await tamper(`UPDATE audit_trails SET hash = '\\x${end.hash.toString('hex')}' WHERE organization_id = '${trail}'`);
}

let acts = 0;

/** An event, as a store writes it. */
async function act(
  { query }: { readonly query: (sql: string) => Promise<unknown> },
  organizationId: string | null,
  action: string,
): Promise<void> {
  const id = `0190a000-0000-7000-8000-${(++acts).toString(16).padStart(12, '0')}`;
  const organization = organizationId === null ? 'NULL' : `'${organizationId}'`;
  await query(
    `INSERT INTO audit_events (id, organization_id, at, actor, address, action, subject, before, after)
     VALUES ('${id}', ${organization}, now(), '{"kind": "bootstrap"}', '192.0.2.1', '${action}', '{"kind": "test"}', NULL, '{"n": 1.50}')`,
  );
}
