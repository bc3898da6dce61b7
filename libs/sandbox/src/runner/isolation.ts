import { spawnSync } from 'node:child_process';
import { CPU_LIMIT_SECONDS, FILE_LIMIT_MB } from '../limits.js';
import type { SandboxLevel } from '../runner-messages.js';

/** Everything that a process of ours gets as environment. */
export const EMPTY_ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
} as const;

const PROBE_LIMIT_MS = 5_000;
const MEBIBYTE = 2 ** 20;
const OPEN_FILES = 128;

/** Which programs of util-linux are here to hold children back. */
export interface Isolation {
  /** Ends a process with its parent, and takes the way to more privileges. */
  readonly setpriv: boolean;
  /** Limits memory, files and CPU time. */
  readonly prlimit: boolean;
}

/** Tries each once; a few milliseconds. */
export function probeIsolation(): Isolation {
  return {
    setpriv: works('setpriv', ['--pdeathsig', 'KILL', '--no-new-privs', '--', 'true']),
    prlimit: works('prlimit', ['--nofile=64', '--', 'true']),
  };
}

/** `full` needs bubblewrap and seccomp, which the runner does not use yet. */
export function levelOf({ setpriv, prlimit }: Isolation): SandboxLevel {
  return process.platform === 'linux' && setpriv && prlimit ? 'limited' : 'weak';
}

/** Memory of a child, mebibytes. */
export interface ChildLimits {
  /** All memory of the process: heap, buffers, code. */
  readonly dataMb: number;
  readonly heapMb: number;
}

/** What a child runs, and which files it may touch. */
export interface ChildProgram extends ChildLimits {
  readonly entry: string;
  readonly args: readonly string[];
  /** Paths that it may read, a directory as `dir/*`. */
  readonly readable: readonly string[];
  readonly writable: readonly string[];
}

/** The command line of a child. Limits of the heap do not count buffers, so both are set. */
export function childCommand(program: ChildProgram, isolation: Isolation): readonly string[] {
  return [...dieWithParent(isolation, 'KILL'), ...limits(program, isolation), ...node(program)];
}

/** Prefix that has a process get `signal` when the thread that started it ends. */
export function dieWithParent({ setpriv }: Isolation, signal: 'KILL' | 'TERM'): readonly string[] {
  return setpriv ? ['setpriv', '--pdeathsig', signal, '--no-new-privs', '--'] : [];
}

function limits({ dataMb }: ChildLimits, { prlimit }: Isolation): readonly string[] {
  if (!prlimit) return [];
  return [
    'prlimit',
    `--data=${dataMb * MEBIBYTE}`,
    `--fsize=${FILE_LIMIT_MB * MEBIBYTE}`,
    `--nofile=${OPEN_FILES}`,
    // Soft before hard: SIGXCPU says why.
    `--cpu=${CPU_LIMIT_SECONDS}:${CPU_LIMIT_SECONDS + 5}`,
    '--core=0',
    '--',
  ];
}

function node({ heapMb, entry, args, readable, writable }: ChildProgram): readonly string[] {
  return [
    process.execPath,
    `--max-old-space-size=${heapMb}`,
    '--no-warnings',
    '--no-addons',
    '--disable-proto=delete',
    '--frozen-intrinsics',
    '--stack-trace-limit=10',
    permissionFlag(),
    ...readable.map((path) => `--allow-fs-read=${path}`),
    ...writable.map((path) => `--allow-fs-write=${path}`),
    entry,
    ...args,
  ];
}

/** Renamed in Node 23.5 and 22.13. */
function permissionFlag(): string {
  return process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
}

function works(program: string, args: readonly string[]): boolean {
  const { status } = spawnSync(program, args, { stdio: 'ignore', env: EMPTY_ENVIRONMENT, timeout: PROBE_LIMIT_MS });
  return status === 0;
}
