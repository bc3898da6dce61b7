import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../src/error-code.js';

/** What `postmaster.pid` says (Postgres source, `miscadmin.h`: one fact a line). */
export interface PidFile {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** What Postgres wrote of itself into its cluster; null when it does not run or is not that far. */
export function readPidFile(clusterDir: string): PidFile | null {
  let lines: string[];
  try {
    lines = readFileSync(path.join(clusterDir, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return null;
  }
  const [pid, , , port, , , , status] = lines;
  const number = Number(pid);
  if (!Number.isInteger(number) || number <= 0) return null;
  return { pid: number, port: Number(port), ready: status?.trim() === 'ready' };
}

/** Removes what a Postgres that was killed left behind. */
export function removePidFile(clusterDir: string): void {
  rmSync(path.join(clusterDir, 'postmaster.pid'), { force: true });
}

/** Whether a process runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** A dead process whose parent has not asked yet still has its pid. */
function isZombie(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Whether the process is a Postgres on this cluster, and not a stranger who got the pid later. */
export function runsCluster(pid: number, clusterDir: string): boolean {
  const commandLine = commandLineOf(pid);
  return commandLine.includes('postgres') && commandLine.includes(realpathSync(clusterDir));
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
  }
}

/** From a fast stop to the last resort, each with the time it gets. */
const STEPS = [
  { signal: 'SIGINT', patienceMs: 15_000 },
  { signal: 'SIGQUIT', patienceMs: 5_000 },
  { signal: 'SIGKILL', patienceMs: 5_000 },
] as const;

/** Stops a Postgres, ever less politely, until it is gone. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const { signal, patienceMs } of STEPS) {
    if (!isAlive(pid)) return;
    process.kill(pid, signal);
    const end = performance.now() + patienceMs;
    while (performance.now() < end) {
      if (!isAlive(pid)) return;
      await sleep(5);
    }
  }
  throw new Error(`process ${pid} does not end`);
}
