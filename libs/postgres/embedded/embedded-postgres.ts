import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { PostgresError } from '../src/errors.js';
import { SUPERUSER, superuserAddress } from './address.js';
import { usableBinaries } from './binaries.js';
import { locateCluster, prepareDataDir } from './data-dir.js';
import { initializeCluster } from './initdb.js';
import { isAlive, readPidFile, removePidFile, runsCluster, stopPostmaster } from './postmaster.js';
import { startPostmaster } from './start.js';

/** Where the cluster lives, and with which Postgres. */
export interface EmbeddedPostgresOptions {
  /** Made when absent; holds the password (0600) and, where its parents let Postgres in, the cluster. */
  readonly dataDir: string;
  /** Folder with `initdb` and `postgres`; that of the embedded package when absent. */
  readonly binDir?: string | undefined;
  /** Settings of the server, such as `fsync`, for a cluster that nobody will miss. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** A running server on loopback. */
export interface EmbeddedPostgres {
  /** Address of the database `postgres` with the superuser's login: for migrations only. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Fast stop: ends connections, writes a checkpoint. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts Postgres on a data directory, or adopts the one that a killed process left running there.
 * @throws PostgresError `data_dir_unwritable`, `no_binaries` or `start_failed`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = prepareDataDir(options.dataDir);
  const { clusterDir, account } = locateCluster(dataDir);
  const binaries = usableBinaries(options.binDir, account);
  const password = keepPassword(dataDir);
  if (!existsSync(path.join(clusterDir, 'PG_VERSION'))) {
    initializeCluster({ binaries, clusterDir, account, superuser: SUPERUSER, password });
  }
  const left = await adoptOrStop(clusterDir, password);
  if (left !== null) return left;
  const { pid, port } = await startPostmaster({
    binaries,
    clusterDir,
    account,
    logFile: path.join(dataDir, 'postgres.log'),
    settings: options.settings ?? {},
  });
  return running(clusterDir, { pid, port, password });
}

/** The superuser's password; a data directory keeps the one that its cluster was made with. */
function keepPassword(dataDir: string): string {
  const file = path.join(dataDir, 'postgres-password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' });
  return readFileSync(file, 'utf8').trim();
}

async function adoptOrStop(clusterDir: string, password: string): Promise<EmbeddedPostgres | null> {
  const left = readPidFile(clusterDir);
  if (left === null) return null;
  const ours = isAlive(left.pid) && runsCluster(left.pid, clusterDir);
  if (ours && left.ready && (await answers(clusterDir, left.port, password))) {
    return running(clusterDir, { pid: left.pid, port: left.port, password });
  }
  if (ours) await stopPostmaster(left.pid);
  // Postgres refuses to start while any process has the pid in this file, be it a stranger's.
  removePidFile(clusterDir);
  return null;
}

async function answers(clusterDir: string, port: number, password: string): Promise<boolean> {
  const client = new Client({ connectionString: superuserAddress(port, password), connectionTimeoutMillis: 3_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return rows[0]?.data_directory === clusterDir;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function running(
  clusterDir: string,
  { pid, port, password }: { pid: number; port: number; password: string },
): EmbeddedPostgres {
  let stopped: Promise<void> | null = null;
  return {
    url: superuserAddress(port, password),
    port,
    pid,
    stop() {
      stopped ??= stopPostmaster(pid).catch((cause: unknown) => {
        throw new PostgresError('start_failed', `Postgres (pid ${pid}, ${clusterDir}) does not stop.`, { cause });
      });
      return stopped;
    },
  };
}
