import { readFileSync, readdirSync, statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/**
 * Why this process does not count as alone, as in a container of its own; null when it does: there is no network but
 * loopback, and no process of its user besides its own family. Then code that escapes a child finds nothing.
 */
export function whyNotAlone(): string | null {
  const outside = Object.entries(networkInterfaces()).find(([, addresses]) => addresses?.some((one) => !one.internal));
  if (outside !== undefined) return `the runner has a network (${outside[0]})`;
  const stranger = strangers()[0];
  return stranger === undefined ? null : `the runner shares its user with another process (${stranger})`;
}

/** Processes of this user that are neither ancestors nor descendants of this one. */
function strangers(): readonly number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => parentOf(Number(name))),
  );
  const ancestors = new Set(lineage(process.pid, parents));
  const isFamily = (pid: number): boolean => ancestors.has(pid) || lineage(pid, parents).includes(process.pid);
  return [...parents.keys()].filter((pid) => isOurs(pid) && !isFamily(pid));
}

function lineage(pid: number, parents: ReadonlyMap<number, number>): readonly number[] {
  const parent = parents.get(pid);
  return parent === undefined ? [] : [pid, ...lineage(parent, parents)];
}

function parentOf(pid: number): [number, number][] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name of the program may hold anything; what follows the last parenthesis does not.
    return [[pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]];
  } catch {
    return [];
  }
}

function isOurs(pid: number): boolean {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === process.getuid?.();
}
