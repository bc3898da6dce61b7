import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../src/error-code.js';
import { PostgresError } from '../src/errors.js';
import { prepareDataDir } from './data-dir.js';
import { isAlive } from './postmaster.js';

const NAME = 'rungate.pid';

/**
 * Takes the data directory for this process. A lock whose process is dead is taken over.
 * @returns what gives it back. @throws PostgresError `data_dir_locked`, which names the holder's pid.
 */
export async function lockDataDir(dataDir: string): Promise<() => void> {
  const directory = prepareDataDir(dataDir);
  const file = path.join(directory, NAME);
  const mine = `${process.pid} ${startOf(process.pid)} ${randomUUID()}\n`;
  const draft = `${file}.${process.pid}.${randomUUID()}`;
  writeFileSync(draft, mine, { mode: 0o600 });
  try {
    if (!linked(draft, file)) {
      dropStale(directory, file);
      if (!linked(draft, file)) throw locked(directory, read(file));
      // Two that drop the same stale lock at once: the loser may have moved the winner's. Look again.
      await sleep(25);
      if (read(file) !== mine) throw locked(directory, read(file));
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (read(file) === mine) rmSync(file, { force: true });
  };
}

/** Makes the second name, which succeeds for one process only. */
function linked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function dropStale(directory: string, file: string): void {
  const held = read(file);
  if (held === null) return;
  if (isHeld(held)) throw locked(directory, held);
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  // Not the one we judged: it belongs to somebody who was faster, so it goes back.
  if (read(aside) !== held) linked(aside, file);
  rmSync(aside, { force: true });
}

function isHeld(lock: string): boolean {
  const [pid, start] = lock.trim().split(' ');
  const number = Number(pid);
  if (!Number.isInteger(number) || number <= 0) return false;
  return isAlive(number) && startOf(number) === start;
}

/** When the process started, in the kernel's ticks: a pid that was given out again has another. `-` where unknown. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
  } catch {
    return '-';
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function locked(directory: string, lock: string | null): PostgresError {
  const pid = lock?.split(' ')[0] ?? 'unknown';
  return new PostgresError('data_dir_locked', `The data directory ${directory} is in use by the process ${pid}.`);
}
