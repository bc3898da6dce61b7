import { readFileSync, readdirSync } from 'node:fs';

/** A process as /proc shows it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** The processes below `pid`, itself included; zombies are gone. */
export function processTree(pid: number): readonly ProcessEntry[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readEntry(Number(name)));
  const tree = new Set([pid]);
  for (let size = 0; size !== tree.size;) {
    size = tree.size;
    for (const entry of all) if (tree.has(entry.parent)) tree.add(entry.pid);
  }
  return all.filter((entry) => tree.has(entry.pid));
}

/** Waits until none of the processes is alive; false when some still is after `limitMs`. */
export async function areGone(pids: readonly number[], limitMs = 5_000): Promise<boolean> {
  for (const until = performance.now() + limitMs; performance.now() < until;) {
    if (pids.every((pid) => readEntry(pid).length === 0)) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

/** What /proc shows of the environment of a process. */
export function environmentOf(pid: number): string {
  return readFileSync(`/proc/${pid}/environ`, 'latin1');
}

function readEntry(pid: number): ProcessEntry[] {
  try {
    // The name of the program may hold anything; what follows the last parenthesis does not.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z') return [];
    return [{ pid, parent: Number(parent), command: readFileSync(`/proc/${pid}/cmdline`, 'latin1') }];
  } catch {
    return [];
  }
}

/** Every process on this machine whose command line holds `marker` as a whole argument. */
export function processesOf(marker: string): readonly ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readEntry(Number(name)))
    .filter(({ command }) => command.split('\0').includes(marker));
}
