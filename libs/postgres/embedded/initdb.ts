import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PostgresError } from '../src/errors.js';
import type { Account } from './account.js';
import type { Binaries } from './binaries.js';

/** The cluster to make. */
export interface NewCluster {
  readonly binaries: Binaries;
  readonly clusterDir: string;
  readonly account: Account | null;
  readonly superuser: string;
  readonly password: string;
}

/**
 * Makes a cluster; it gets its name when it is complete, so that a killed first start leaves nothing half made.
 * @throws PostgresError `start_failed`.
 */
export function initializeCluster({ binaries, clusterDir, account, superuser, password }: NewCluster): void {
  const part = `${clusterDir}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { mode: 0o700 });
  // initdb takes a password from a file only, and its account cannot read ours.
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'rungate-initdb-'));
  const passwordFile = path.join(scratch, 'password');
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 });
    for (const owned of account === null ? [] : [part, scratch, passwordFile]) {
      chownSync(owned, account?.uid ?? 0, account?.gid ?? 0);
    }
    runInitdb(binaries.initdb, account, [
      `--pgdata=${part}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ]);
    rmSync(clusterDir, { recursive: true, force: true });
    renameSync(part, clusterDir);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function runInitdb(initdb: string, account: Account | null, args: readonly string[]): void {
  const run = spawnSync(initdb, [...args], {
    ...(account ?? {}),
    cwd: '/',
    env: { TZ: 'UTC' },
    encoding: 'utf8',
  });
  if (run.status === 0) return;
  const said = run.stderr.trim().split('\n').slice(-3).join(' ');
  throw new PostgresError('start_failed', `initdb failed: ${said || String(run.error ?? run.signal)}`, {
    cause: run.error,
  });
}
