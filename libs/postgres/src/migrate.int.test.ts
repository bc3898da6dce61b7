import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../embedded/index.js';
import { anOrganization, startTestPostgres, testBinDir, type TestPostgres } from '../testing/index.js';
import { migrate, openPostgres, pendingMigrations } from './index.js';
import { MIGRATIONS_DIR, readMigrations } from './migrations.js';

jest.setTimeout(60_000);

describe('migrate', () => {
  let db: TestPostgres;
  let folder: string;

  beforeAll(async () => {
    db = await startTestPostgres();
  });
  afterAll(() => db.close());
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'rungate-migrations-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const emptyDatabase = async (name: string): Promise<string> => {
    await db.query(`CREATE DATABASE ${name}`);
    return new URL(`/${name}`, db.url).href;
  };
  const migration = (name: string, sql: string): void => {
    mkdirSync(path.join(folder, name), { recursive: true });
    writeFileSync(path.join(folder, name, 'migration.sql'), sql);
  };

  it('meets the Postgres that this suite is for: 15 in the project int15, else the embedded 18', async () => {
    const [row] = await db.query<{ major: number }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS major`,
    );
    expect(row).toEqual({ major: testBinDir === undefined ? 18 : 15 });
  });

  it('applies what is pending once, however many processes start at the same time', async () => {
    const url = await emptyDatabase('at_once');
    const all = await Promise.all([1, 2, 3, 4].map(() => migrate({ url, masterKeys: db.masterKeys })));
    const names = readMigrations(MIGRATIONS_DIR).map(({ name }) => name);
    expect(all.flat()).toEqual(names);
    expect(await migrate({ url, masterKeys: db.masterKeys })).toEqual([]);
    expect(await pendingMigrations({ url, masterKeys: db.masterKeys })).toEqual([]);
  });

  it('names what is pending to a process that must not migrate', async () => {
    const url = await emptyDatabase('not_yet');
    const names = readMigrations(MIGRATIONS_DIR).map(({ name }) => name);
    expect(await pendingMigrations({ url, masterKeys: db.masterKeys })).toEqual(names);
  });

  it('lets two databases of one cluster migrate at once', async () => {
    const urls = [await emptyDatabase('twin_a'), await emptyDatabase('twin_b'), await emptyDatabase('twin_c')];
    await Promise.all(urls.map((url) => migrate({ url, masterKeys: db.masterKeys })));
    for (const url of urls) await (await openPostgres({ url, masterKeys: db.masterKeys })).close();
  });

  it('refuses to go on after a migration that failed, and says where its error is', async () => {
    const url = await emptyDatabase('failing');
    migration('1_good', 'CREATE TABLE good ()');
    migration('2_bad', 'CREATE TABLE half (); SELECT 1 / 0');
    const failing = migrate({ url, masterKeys: db.masterKeys, migrationsDir: folder });
    await expect(failing).rejects.toThrow(/2_bad failed: division by zero/);
    const again = migrate({ url, masterKeys: db.masterKeys, migrationsDir: folder });
    await expect(again).rejects.toThrow('2_bad failed earlier');
    const tables = `SELECT to_regclass('good') IS NOT NULL AS good, to_regclass('half') IS NOT NULL AS half`;
    expect(await run(url, tables)).toEqual([{ good: true, half: false }]);
  });

  it('refuses a migration that was edited after it was applied', async () => {
    const url = await emptyDatabase('edited');
    migration('1_first', 'CREATE TABLE first ()');
    await migrate({ url, masterKeys: db.masterKeys, migrationsDir: folder });
    migration('1_first', 'CREATE TABLE first (id integer)');
    const again = migrate({ url, masterKeys: db.masterKeys, migrationsDir: folder });
    await expect(again).rejects.toThrow('1_first was edited');
    await expect(again).rejects.toMatchObject({ code: 'migration_failed' });
  });

  it('runs the extra step under the same lock and grants the queue its schema, and only that', async () => {
    const url = await emptyDatabase('queue');
    const extra = (address: string): Promise<void> =>
      run(address, 'CREATE SCHEMA bullmq; CREATE TABLE bullmq.job (id serial, data text)').then(() => undefined);
    await migrate({ url, masterKeys: db.masterKeys, extra });
    const rows = await run(
      url,
      `SELECT has_table_privilege('rungate_queue', 'bullmq.job', 'INSERT') AS own,
              has_sequence_privilege('rungate_queue', 'bullmq.job_id_seq', 'USAGE') AS sequence,
              has_table_privilege('rungate_queue', 'task_results', 'SELECT') AS ours`,
    );
    expect(rows).toEqual([{ own: true, sequence: true, ours: false }]);
  });

  it('works under a login that is no superuser', async () => {
    const dataDir = mkdtempSync(path.join(os.tmpdir(), 'rungate-managed-'));
    const cluster = await startEmbeddedPostgres({ dataDir, binDir: testBinDir, settings: { fsync: 'off' } });
    try {
      await run(cluster.url, `CREATE ROLE managed LOGIN CREATEROLE PASSWORD 'a-password'`);
      await run(cluster.url, 'CREATE DATABASE rungate OWNER managed');
      const url = `postgresql://managed:a-password@127.0.0.1:${cluster.port}/rungate`;
      const names = await migrate({ url, masterKeys: db.masterKeys });
      expect(names).not.toEqual([]);
      expect(await migrate({ url, masterKeys: db.masterKeys })).toEqual([]);
      const postgres = await openPostgres({ url, masterKeys: db.masterKeys });
      const acme = await anOrganization({ postgres }, 'acme');
      expect(await postgres.hooks.recordTaskResult(acme.request('taskrs-1'))).toEqual({ kind: 'recorded' });
      expect(await postgres.schedule.claim('worker', 1)).toHaveLength(1);
      await postgres.close();
    } finally {
      await cluster.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

async function run(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
