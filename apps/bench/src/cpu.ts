import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts a process' CPU in hundredths of a second, whatever its clock (proc_pid_stat(5), `sysconf(_SC_CLK_TCK)`). */
const TICK_MS = 10;
/** Of x86-64 and most others. */
const PAGE_MB = 4_096 / 1_000_000;

/** CPU that a process and everything below it has used and still holds, milliseconds; 0 where there is no /proc. */
export function cpuMsBelow(root: number): number {
  return processesBelow(root).reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

/** Memory that a process alone holds, MB (resident); 0 where there is no /proc. */
export function residentMb(pid: number): number {
  return (statOf(pid)[0]?.residentPages ?? 0) * PAGE_MB;
}

function processesBelow(root: number): readonly Listed[] {
  const processes = listProcesses();
  const below = new Set([root]);
  // A child's pid may be smaller than its parent's, so until nothing is added.
  for (let before = 0; before < below.size;) {
    before = below.size;
    for (const { pid, parent } of processes) if (below.has(parent)) below.add(pid);
  }
  return processes.filter(({ pid }) => below.has(pid));
}

interface Listed {
  readonly pid: number;
  readonly parent: number;
  readonly cpuMs: number;
  readonly residentPages: number;
}

function listProcesses(): readonly Listed[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => statOf(Number(name)));
  } catch {
    return [];
  }
}

/** Fields after the name: state, ppid, …, utime and stime, cutime and cstime (of children that ended), …, rss. */
function statOf(pid: number): readonly Listed[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return [{ pid, parent: Number(fields[1]), cpuMs: ticks * TICK_MS, residentPages: Number(fields[21]) }];
  } catch {
    return [];
  }
}
