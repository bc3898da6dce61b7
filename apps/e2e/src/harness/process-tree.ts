import { readdirSync, readFileSync } from 'node:fs';

/** One process; `startedAt` (ticks of the kernel) tells it from a later one with its pid. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
  readonly name: string;
}

interface Entry extends ProcessIdentity {
  readonly parent: number;
  readonly state: string;
}

/** Every process below `pid` at this moment, as /proc has it. */
export function descendantsOf(pid: number): readonly ProcessIdentity[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readEntry(Number(name)))
    .filter((entry) => entry !== null);
  const found: Entry[] = [];
  for (let parents = [pid]; parents.length > 0;) {
    const children = all.filter(({ parent }) => parents.includes(parent));
    found.push(...children);
    parents = children.map((child) => child.pid);
  }
  return found;
}

/** Whether the process still runs; a zombie, which only waits to be asked, does not. */
export function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  const entry = readEntry(pid);
  return entry?.startedAt === startedAt && entry.state !== 'Z';
}

/** proc(5): `pid (name) state ppid …`, the start time is the 22nd field; a name may hold blanks and parentheses. */
function readEntry(pid: number): Entry | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const [state = '', parent = '', ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid, name, state, parent: Number(parent), startedAt: rest[17] ?? '' };
  } catch {
    return null;
  }
}
