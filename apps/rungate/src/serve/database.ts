import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '@rungate/config';
import type { Endpoint } from '@rungate/egress';
import {
  migrate,
  openPostgres,
  parseMasterKeys,
  pendingMigrations,
  PostgresError,
  type MasterKeys,
  type Postgres,
} from '@rungate/postgres';
import { lockDataDir, prepareDataDir, startEmbeddedPostgres } from '@rungate/postgres/embedded';
import { createQueue, migrateQueue, type TicketQueue } from '@rungate/queue';
import type { Log } from '@rungate/telemetry';
import type { Broken } from './broken.js';
import type { Cleanup } from './cleanup.js';
import { queueBackend } from './queue-backend.js';
import { purposesOf } from './purposes.js';
import { cursorKey, servingSecrets } from './secrets.js';
import { StartError } from './start-error.js';

export interface OpenOptions {
  readonly config: Config;
  readonly log: Log;
  readonly cleanup: Cleanup;
}

/** The rows, and the queue beside them; the master keys are not reachable from here. */
export interface Database {
  readonly postgres: Postgres;
  readonly queue: TicketQueue;
  readonly bootstrapToken: string | null;
  readonly cursorKey: Uint8Array;
  /** Where Postgres and Redis listen: nothing that a request names may reach them. */
  readonly endpoints: () => readonly Endpoint[];
  /** Whether this start made its tables. */
  readonly isNew: boolean;
}

const POSTGRES_PORT = 5432;
const WAIT_MS = 60_000;
const WAIT_STEP_MS = 1_000;

/** Starts Postgres where it is ours, migrates under the owner's login, and opens the serving logins. */
export async function openDatabase(options: OpenOptions, broken: Broken['because']): Promise<Database> {
  const { config, log, cleanup } = options;
  const urls = await databaseUrls(options);
  const { encryptionKeys, bootstrapToken } = servingSecrets(config);
  const masterKeys = parseMasterKeys(encryptionKeys);
  const applied = config.migrate ? await migrateAt(urls.migration, masterKeys) : [];
  if (applied.length > 0) log.info('migrated', { migrations: applied.join(', ') });
  if (!config.migrate) await untilMigrated({ url: urls.serving, masterKeys, log });
  const postgres = await openPostgres({
    url: urls.serving,
    masterKeys,
    purposes: purposesOf(config.roles),
    development: config.development,
  });

  cleanup.defer('the database', () => postgres.close());
  const { backend, nodes } = await queueBackend(config, { url: urls.serving, masterKeys });
  const deaf = (): void => {
    broken('the queue answers, and yet no ticket arrives here');
  };
  const queue = createQueue({ backend, log, deaf });
  cleanup.defer('the queue', () => queue.close());
  const endpoints = () => [endpointOf(urls.serving), ...nodes()];
  const isNew = applied.length > 0;
  return { postgres, queue, bootstrapToken, cursorKey: cursorKey(encryptionKeys), endpoints, isNew };
}

async function databaseUrls({ config, cleanup }: OpenOptions): Promise<{ migration: string; serving: string }> {
  const { database, dataDir } = config;
  if (database.kind === 'external')
    return { migration: database.migrationUrl.reveal(), serving: database.url.reveal() };
  prepareDataDir(dataDir);
  cleanup.defer('the lock of the data directory', await lockDataDir(dataDir));
  const embedded = await startEmbeddedPostgres({ dataDir });
  cleanup.defer('embedded Postgres', () => embedded.stop());
  return { migration: embedded.url, serving: embedded.url };
}

async function migrateAt(url: string, masterKeys: MasterKeys): Promise<readonly string[]> {
  try {
    return await migrate({ url, masterKeys, extra: migrateQueue });
  } catch (error) {
    throw explain(url, error);
  }
}

function endpointOf(url: string): Endpoint {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: port === '' ? POSTGRES_PORT : Number(port) };
}

interface Unmigrated {
  readonly url: string;
  readonly masterKeys: MasterKeys;
  readonly log: Log;
}

/** Roles start in any order: one that may not migrate waits for the one that does. */
async function untilMigrated({ url, masterKeys, log }: Unmigrated): Promise<void> {
  for (let waited = 0; ; waited += WAIT_STEP_MS) {
    const missing = await missingMigrations(url, masterKeys);
    if (missing === null) return;
    if (waited >= WAIT_MS) {
      const remedy = 'Start one process with RUNGATE_MIGRATE=on.';
      throw new StartError('migrations_pending', `RUNGATE_MIGRATE is off, and ${missing}. ${remedy}`);
    }
    if (waited === 0) log.warn('waiting for migrations', { missing, seconds: WAIT_MS / 1_000 });
    await sleep(WAIT_STEP_MS);
  }
}

const SERVING_REFUSED = 'the serving logins do not exist yet, or were made with another RUNGATE_ENCRYPTION_KEY';

async function missingMigrations(url: string, masterKeys: MasterKeys): Promise<string | null> {
  try {
    const pending = await pendingMigrations({ url, masterKeys });
    return pending.length === 0 ? null : `migrations are pending: ${pending.join(', ')}`;
  } catch (error) {
    if (error instanceof PostgresError && error.code === 'login_refused') return SERVING_REFUSED;
    throw explain(url, error);
  }
}

/** What our own code says is clear; anything else is about the way to the database. */
function explain(url: string, error: unknown): Error {
  return error instanceof PostgresError ? error : StartError.whenConnecting(url, error);
}
