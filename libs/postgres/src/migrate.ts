import { randomUUID } from 'node:crypto';
import { Client, type ClientBase } from 'pg';
import { PostgresError } from './errors.js';
import { checkLogin } from './login-check.js';
import { openLogins } from './logins.js';
import type { MasterKeys } from './master-keys.js';
import { openLoginPool } from './open-login-pool.js';
import { findPending, MIGRATIONS_DIR, readMigrations, type Migration } from './migrations.js';

/** What to migrate, and as whom. */
export interface MigrateOptions {
  /** Login that may create logins and tables; used for this alone. */
  readonly url: string;
  readonly masterKeys: MasterKeys;
  readonly migrationsDir?: string | undefined;
  /** Makes what others need in the same step, such as the queue's tables; its schema `bullmq` is granted afterwards. */
  readonly extra?: ((url: string) => Promise<void>) | undefined;
}

/** Taken by Prisma's own engine as well, so that `prisma migrate deploy` and we never migrate at once. */
const LOCK = 72_707_369;
const LOCK_PATIENCE = '60s';

/**
 * Applies pending migrations under a lock and lets the serving logins in.
 * @returns names of the applied ones. @throws PostgresError `migration_failed`.
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  return withClient(options.url, async (client) => {
    await client.query(`SET lock_timeout = '${LOCK_PATIENCE}'`);
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query(TABLE);
    const pending = await findPending(client, readMigrations(options.migrationsDir ?? MIGRATIONS_DIR));
    for (const migration of pending) await apply(client, migration);
    // The rest is done again at every start: losing it in a crash loses nothing, waiting for the disk costs the start.
    await client.query('SET synchronous_commit = off');
    await options.extra?.(options.url);
    await client.query('GRANT SELECT ON _prisma_migrations TO rungate_platform');
    await grantQueueSchema(client);
    await openLogins(client, options.masterKeys);
    return pending.map(({ name }) => name);
  });
}

/** Where to look for what was not applied yet. */
export interface PendingOptions {
  /** Host, port, database and parameters count; its login does not. */
  readonly url: string;
  readonly masterKeys: MasterKeys;
  readonly migrationsDir?: string | undefined;
}

/**
 * Names of migrations that are not applied yet, asked as a login that serves: for processes that must not migrate.
 * @throws PostgresError as `migrate`, or `login_refused` when the database was never migrated.
 */
export async function pendingMigrations(options: PendingOptions): Promise<readonly string[]> {
  const pool = openLoginPool('rungate_platform', { ...options, pools: { rungate_platform: 1 } });
  try {
    await checkLogin(pool);
    const pending = await findPending(pool, readMigrations(options.migrationsDir ?? MIGRATIONS_DIR));
    return pending.map(({ name }) => name);
  } finally {
    await pool.end();
  }
}

/** Gives `rungate_queue` the use of the schema `bullmq`, when it is there: its tables, and none of ours. */
export async function grantQueueSchema(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ found: boolean }>("SELECT to_regnamespace('bullmq') IS NOT NULL AS found");
  if (rows[0]?.found !== true) return;
  await client.query(`
    GRANT USAGE ON SCHEMA bullmq TO rungate_queue;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA bullmq TO rungate_queue;
    GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA bullmq TO rungate_queue;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA bullmq TO rungate_queue;
  `);
}

/** As Prisma makes it. */
const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY NOT NULL,
  checksum varchar(64) NOT NULL,
  finished_at timestamptz,
  migration_name varchar(255) NOT NULL,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`;

/** The record comes first and is finished last, so that a crash between them shows. */
async function apply(client: ClientBase, { name, sql, checksum }: Migration): Promise<void> {
  const id = randomUUID();
  await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)', [
    id,
    checksum,
    name,
  ]);
  try {
    // Several statements in one query are one transaction.
    await client.query(sql);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    await client.query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [id, said]);
    throw new PostgresError('migration_failed', `The migration ${name} failed: ${said}`, { cause });
  }
  await client.query('UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1', [id]);
}

/** A connection of its own: session locks and pools do not mix. */
async function withClient<T>(url: string, work: (client: ClientBase) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
