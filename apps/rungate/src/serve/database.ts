import type { Config } from '@rungate/config';
import type { Endpoint } from '@rungate/egress';
import {
  addressFor,
  loginPasswords,
  migrate,
  openPostgres,
  parseMasterKeys,
  pendingMigrations,
  type MasterKeys,
  type Postgres,
} from '@rungate/postgres';
import { lockDataDir, prepareDataDir, startEmbeddedPostgres } from '@rungate/postgres/embedded';
import { createQueue, migrateQueue, type TicketQueue } from '@rungate/queue';
import type { Log } from '@rungate/telemetry';
import type { Cleanup } from './cleanup.js';
import { servingSecrets, type ServingSecrets } from './secrets.js';
import { StartError } from './start-error.js';

export interface OpenOptions {
  readonly config: Config;
  readonly log: Log;
  readonly cleanup: Cleanup;
}

/** The rows, the queue beside them, and what seals them. */
export interface Database {
  readonly postgres: Postgres;
  readonly queue: TicketQueue;
  readonly secrets: ServingSecrets;
  /** Where Postgres listens: nothing that a request names may reach it. */
  readonly endpoint: Endpoint;
}

const POSTGRES_PORT = 5432;

/** Starts Postgres where it is ours, migrates under the owner's login, and opens the serving logins. */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const { config, log, cleanup } = options;
  const urls = await databaseUrls(options);
  const secrets = servingSecrets(config);
  const masterKeys = parseMasterKeys(secrets.encryptionKeys);
  if (config.migrate) {
    const applied = await migrate({ url: urls.migration, masterKeys, extra: migrateQueue });
    if (applied.length > 0) log.info('migrated', { migrations: applied.join(', ') });
  } else await requireMigrated(urls.migration);
  const postgres = await openPostgres({ url: urls.serving, masterKeys });
  cleanup.defer('the database', () => postgres.close());
  const queue = createQueue({
    backend: { kind: 'postgres', url: queueUrl(urls.serving, masterKeys) },
    log,
  });
  cleanup.defer('the queue', () => queue.close());
  return { postgres, queue, secrets, endpoint: endpointOf(urls.serving) };
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

/** BullMQ keeps a direct connection of its own, as the login that sees nothing but its schema. */
function queueUrl(url: string, masterKeys: MasterKeys): string {
  const [password] = loginPasswords(masterKeys, 'rungate_queue');
  return addressFor(url, { user: 'rungate_queue', password: password.reveal() });
}

function endpointOf(url: string): Endpoint {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: port === '' ? POSTGRES_PORT : Number(port) };
}

async function requireMigrated(url: string): Promise<void> {
  const pending = await pendingMigrations(url);
  if (pending.length === 0) return;
  const names = pending.join(', ');
  const remedy = 'Start one process with RUNGATE_MIGRATE=on, or run `prisma migrate deploy`.';
  throw new StartError('migrations_pending', `Migrations are pending and RUNGATE_MIGRATE is off: ${names}. ${remedy}`);
}
