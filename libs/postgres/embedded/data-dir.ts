import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { PostgresError } from '../src/errors.js';
import { unprivilegedAccount, type Account } from './account.js';

/** Where Postgres keeps its files, and as whom it runs; null: as ourselves. */
export interface ClusterPlace {
  readonly clusterDir: string;
  readonly account: Account | null;
}

/**
 * Makes the data directory and proves that it can be written.
 * @returns its real path. @throws PostgresError `data_dir_unwritable`.
 */
export function prepareDataDir(dataDir: string): string {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(dataDir);
  } catch (cause) {
    throw new PostgresError(
      'data_dir_unwritable',
      `The data directory ${path.resolve(dataDir)} cannot be written. Choose another with RUNGATE_DATA_DIR.`,
      { cause },
    );
  }
}

/**
 * Postgres refuses to run as root and then needs a way into its folder: directories above ours stay as they are, so a
 * cluster below a closed one lives in /var/lib/rungate, and `postgres.location` says where.
 */
export function locateCluster(dataDir: string): ClusterPlace {
  const inside = path.join(dataDir, 'postgres');
  if (process.getuid?.() !== 0) return { clusterDir: inside, account: null };
  const location = path.join(dataDir, 'postgres.location');
  const known = existsSync(location) ? readFileSync(location, 'utf8').trim() : inside;
  if (existsSync(path.join(known, 'PG_VERSION'))) return { clusterDir: known, account: ownerOf(known) };
  if (ancestors(dataDir).every(letsEverybodyThrough)) {
    // Search only: names in it stay hidden, and each secret in it is 0600.
    chmodSync(dataDir, 0o711);
    return { clusterDir: inside, account: unprivilegedAccount() };
  }
  const outside = path.join(SYSTEM_DIR, createHash('sha256').update(dataDir).digest('hex').slice(0, 16), 'postgres');
  mkdirSync(path.dirname(outside), { recursive: true, mode: 0o711 });
  writeFileSync(location, `${outside}\n`, { mode: 0o600 });
  return { clusterDir: outside, account: unprivilegedAccount() };
}

/** Where root keeps what an unprivileged Postgres must reach. */
export const SYSTEM_DIR = '/var/lib/rungate';

/** A cluster belongs to whoever made it, and only that account can run it. */
function ownerOf(clusterDir: string): Account {
  const { uid, gid } = statSync(clusterDir);
  return uid === 0 ? unprivilegedAccount() : { uid, gid };
}

function ancestors(directory: string): string[] {
  const parent = path.dirname(directory);
  return parent === directory ? [] : [parent, ...ancestors(parent)];
}

function letsEverybodyThrough(directory: string): boolean {
  return (statSync(directory).mode & 0o001) !== 0;
}
