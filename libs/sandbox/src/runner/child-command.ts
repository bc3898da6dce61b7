import { realpathSync } from 'node:fs';
import { CPU_LIMIT_SECONDS, FILE_LIMIT_MB } from '../limits.js';
import { bubblewrap, isMountedAnyway } from './bubblewrap.js';
import { dieWithParent, type Isolation } from './isolation.js';

const MEBIBYTE = 2 ** 20;
const OPEN_FILES = 128;

/** Memory of a child, mebibytes. */
export interface ChildLimits {
  /** All memory of the process: heap, buffers, code. */
  readonly dataMb: number;
  readonly heapMb: number;
}

/** A file or directory that a child may touch. */
export interface Place {
  readonly path: string;
  readonly kind: 'file' | 'directory';
  /** What the child calls it where it has a file system of its own; elsewhere it has its own path. */
  readonly inside: string;
  readonly isWritable: boolean;
}

/** What a child runs, and which files it may touch. */
export interface ChildProgram extends ChildLimits {
  readonly entry: string;
  readonly args: readonly string[];
  readonly places: readonly Place[];
  /** Its working directory. */
  readonly home: Place;
  /** Whether Node's permission model holds it too: always, but for the probe of what else does. */
  readonly permissions: boolean;
}

/** How a child is started. */
export interface ChildCommand {
  readonly argv: readonly string[];
  /** Where the command is started. */
  readonly cwd: string;
  /** A file that it gets as file descriptor 4: its filter of system calls. */
  readonly filter: string | null;
}

/** The command line of a child. Limits of the heap do not count buffers, so both are set. */
export function childCommand(program: ChildProgram, isolation: Isolation): ChildCommand {
  const { places, home } = program;
  const outer = [...dieWithParent(isolation, 'KILL'), ...limits(program, isolation)];
  const run = node(program, isolation);
  if (isolation.bubblewrap === null) return { argv: [...outer, ...run], cwd: home.path, filter: null };
  const own = isMountedAnyway(process.execPath) ? [] : [here(realpathSync(process.execPath), 'file')];
  return {
    argv: [...outer, ...bubblewrap([...own, ...places, home], home), ...run],
    cwd: '/',
    filter: isolation.bubblewrap.filter,
  };
}

/** What a child calls a place. */
export function nameInside({ path, inside }: Place, { bubblewrap: own }: Isolation): string {
  return own === null ? path : inside;
}

/** A place that a child may read, under its own path. */
export function here(path: string, kind: Place['kind']): Place {
  return { path, kind, inside: path, isWritable: false };
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

function node(program: ChildProgram, isolation: Isolation): readonly string[] {
  const { heapMb, entry, args, permissions } = program;
  return [
    realpathSync(process.execPath),
    `--max-old-space-size=${heapMb}`,
    // Plans are read in small pieces that soon are garbage: room for more of it costs 30 MB of each child.
    '--max-semi-space-size=4',
    '--no-warnings',
    '--no-addons',
    '--disable-proto=delete',
    '--frozen-intrinsics',
    '--stack-trace-limit=10',
    ...(permissions ? permissionFlags(program, isolation) : []),
    entry,
    ...args,
  ];
}

/** One flag per path: a list is refused. The permission model was renamed in Node 23.5 and 22.13. */
function permissionFlags({ places, home }: ChildProgram, isolation: Isolation): readonly string[] {
  const model = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
  const all = [...places, home];
  const pattern = (place: Place): string => `${nameInside(place, isolation)}${place.kind === 'directory' ? '/*' : ''}`;
  return [
    model,
    ...all.map((place) => `--allow-fs-read=${pattern(place)}`),
    ...all.filter(({ isWritable }) => isWritable).map((place) => `--allow-fs-write=${pattern(place)}`),
  ];
}
