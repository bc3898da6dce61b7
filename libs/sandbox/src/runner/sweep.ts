import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const PREFIX = 'rungate-runner-';

/** How the directory of the runner with this process id begins. */
export function directoryPrefix(pid: number): string {
  return `${PREFIX}${pid}-`;
}

/** Removes what runners left in `directory` that were killed: masked plans must not outlive their run. */
export function sweep(directory: string): void {
  for (const name of readdirSync(directory)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || (Number(pid) !== process.pid && isAlive(Number(pid)))) continue;
    try {
      rmSync(path.join(directory, name), { recursive: true, force: true });
    } catch {
      // Another user's.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return !(cause instanceof Error && 'code' in cause && cause.code === 'ESRCH');
  }
}
