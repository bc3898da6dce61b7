import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../embedded/index.js';
import {
  migrate,
  newMasterKey,
  openPostgres,
  parseMasterKeys,
  type MasterKeys,
  type OpenPostgresOptions,
  type Postgres,
} from '../src/index.js';
import { fillDataDir } from './template-cluster.js';

/** A migrated database and the stores over it. */
export interface TestDatabase {
  /** With the superuser's login: to look at rows, and to tamper with them. */
  readonly url: string;
  readonly postgres: Postgres;
  /** Runs one statement as the superuser. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Opens the stores once more, as another process would. */
  open(options?: Partial<OpenPostgresOptions>): Promise<Postgres>;
}

/** A cluster of its own, with one database that is migrated. */
export interface TestPostgres extends TestDatabase {
  readonly cluster: EmbeddedPostgres;
  readonly dataDir: string;
  readonly masterKeys: MasterKeys;
  /** Another database of the same cluster, migrated and empty. */
  createDatabase(): Promise<TestDatabase>;
  /** Closes everything that was opened here and removes the data. */
  close(): Promise<void>;
}

/** Folder of the Postgres that tests start; undefined for the embedded one. */
export const testBinDir = process.env.RUNGATE_TEST_POSTGRES;

/** What is unusual about a cluster. */
export interface TestPostgresOptions {
  /** Undecided task results that one organization may hold. */
  readonly undecidedLimit?: number | undefined;
}

const TEMPLATE = 'rungate_template';

/** Starts a cluster in a temporary folder, without the waits that make it survive a power cut. */
export async function startTestPostgres(options: TestPostgresOptions = {}): Promise<TestPostgres> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'rungate-test-'));
  chmodSync(dataDir, 0o711);
  const masterKeys = parseMasterKeys([await fillDataDir(dataDir, makeCluster)]);
  const cluster = await startCluster(dataDir);
  const opened: Postgres[] = [];
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((postgres) => postgres.close()));
    await Promise.all(closers.map((end) => end()));
    await cluster.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };

  const database = async (name: string): Promise<TestDatabase> => {
    const url = addressOf(cluster, name);
    const open: TestDatabase['open'] = async (changes = {}) => {
      const { undecidedLimit } = options;
      const postgres = await openPostgres({ url, masterKeys, undecidedLimit, ...changes });
      opened.push(postgres);
      return postgres;
    };
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    closers.push(() => client.end());
    return {
      url,
      open,
      postgres: await open(),
      async query<Row extends object>(sql: string, values: readonly unknown[] = []) {
        const { rows } = await client.query<Row>(sql, [...values]);
        return rows;
      },
    };
  };
  const createDatabase = async (): Promise<TestDatabase> => {
    const name = `test_${randomBytes(6).toString('hex')}`;
    await asSuperuser(cluster, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
    return database(name);
  };

  try {
    return { ...(await createDatabase()), cluster, dataDir, masterKeys, createDatabase, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function makeCluster(dataDir: string): Promise<string> {
  const masterKey = newMasterKey();
  const cluster = await startCluster(dataDir);
  try {
    await asSuperuser(cluster, `CREATE DATABASE ${TEMPLATE}`);
    await migrate({ url: addressOf(cluster, TEMPLATE), masterKeys: parseMasterKeys([masterKey]) });
  } finally {
    await cluster.stop();
  }
  return masterKey;
}

function startCluster(dataDir: string): Promise<EmbeddedPostgres> {
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '32MB' };
  return startEmbeddedPostgres({ dataDir, binDir: testBinDir, settings });
}

function addressOf(cluster: EmbeddedPostgres, database: string): string {
  return cluster.url.replace(/\/postgres$/, `/${database}`);
}

async function asSuperuser(cluster: EmbeddedPostgres, sql: string): Promise<void> {
  const client = new Client({ connectionString: cluster.url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
