import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresError } from '../src/errors.js';
import type { Account } from './account.js';
import type { Binaries } from './binaries.js';
import { readPidFile, type PidFile } from './postmaster.js';

/** The server process to start. */
export interface NewPostmaster {
  readonly binaries: Binaries;
  readonly clusterDir: string;
  readonly account: Account | null;
  readonly logFile: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** The port was taken between our look and Postgres's, or the last server's children are still ending. */
const PASSING = /could not bind|is still in use|could not create any TCP\/IP sockets/;
const TRIES = 20;
const PATIENCE_MS = 60_000;
const LOG_LIMIT = 5 * 1024 * 1024;

/**
 * Starts the server and resolves when it accepts connections.
 * @throws PostgresError `start_failed` with the last words of the log.
 */
export async function startPostmaster(wanted: NewPostmaster): Promise<{ pid: number; port: number }> {
  if ((statSync(wanted.logFile, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT) rmSync(wanted.logFile);
  for (let left = TRIES; ; left--) {
    const started = await tryOnce(wanted);
    if (started.kind === 'ready') return started;
    if (left === 1 || !PASSING.test(started.said)) {
      throw new PostgresError('start_failed', `Postgres does not start on ${wanted.clusterDir}: ${started.said}`);
    }
    await sleep(100);
  }
}

type Started =
  | { readonly kind: 'ready'; readonly pid: number; readonly port: number }
  | { readonly kind: 'failed'; readonly said: string };

async function tryOnce({ binaries, clusterDir, account, logFile, settings }: NewPostmaster): Promise<Started> {
  const port = await freePort();
  const log = openSync(logFile, 'a', 0o600);
  const before = statSync(logFile).size;
  // A process group of its own: Ctrl-C reaches all of ours, and Postgres must outlast our last writes.
  const child = spawn(binaries.postgres, ['-D', clusterDir, ...flags({ ...BASE, port: String(port), ...settings })], {
    ...(account ?? {}),
    cwd: '/',
    env: { TZ: 'UTC' },
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ready = await readyOrGone(child, clusterDir);
  child.unref();
  if (ready !== null) return { kind: 'ready', pid: ready.pid, port: ready.port };
  return { kind: 'failed', said: readFileSync(logFile).subarray(before).toString('utf8').trim().slice(-500) };
}

const BASE = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  // Details of failed statements hold values of rows.
  log_error_verbosity: 'terse',
  timezone: 'UTC',
} as const;

function flags(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function readyOrGone(child: ChildProcess, clusterDir: string): Promise<PidFile | null> {
  const gone = new AbortController();
  for (const event of ['exit', 'error']) {
    child.once(event, () => {
      gone.abort();
    });
  }
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end && !gone.signal.aborted) {
    const written = readPidFile(clusterDir);
    if (written?.ready === true && written.pid === child.pid) return written;
    await sleep(5);
  }
  child.kill('SIGQUIT');
  return null;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
