import { spawnSync } from 'node:child_process';
import { EMPTY_ENVIRONMENT } from './environment.js';
import { seccompProgram } from './seccomp.js';

/** What holds children back besides Node's permission model, which always does. */
export interface Isolation {
  /** Ends a process with its parent, and takes the way to more privileges. */
  readonly setpriv: boolean;
  /** Limits memory, files and CPU time. */
  readonly prlimit: boolean;
  /** Namespaces of its own and a filter of system calls: a file with the filter. */
  readonly bubblewrap: { readonly filter: string } | null;
}

/** Nothing: where the tools are missing. */
export const NO_ISOLATION: Isolation = { setpriv: false, prlimit: false, bubblewrap: null };

/** Which programs of util-linux work here. Tries each once; a few milliseconds. */
export function findTools(): Isolation {
  return {
    setpriv: whyNot('setpriv', ['--pdeathsig', 'KILL', '--no-new-privs', '--', 'true']) === null,
    prlimit: whyNot('prlimit', ['--nofile=64', '--', 'true']) === null,
    bubblewrap: null,
  };
}

/** Prefix that has a process get `signal` when the thread that started it ends. */
export function dieWithParent({ setpriv }: Isolation, signal: 'KILL' | 'TERM'): readonly string[] {
  return setpriv ? ['setpriv', '--pdeathsig', signal, '--no-new-privs', '--'] : [];
}

/** Why bubblewrap cannot be used here, with a remedy, as it continues "because …"; null when it can. */
export function whyNoBubblewrap({ setpriv, prlimit }: Isolation): string | null {
  if (process.platform !== 'linux') return `bubblewrap needs Linux, and this is ${process.platform}`;
  if (!setpriv || !prlimit) return 'setpriv or prlimit is missing: install the package util-linux';
  if (seccompProgram(process.arch) === null) return `there is no seccomp filter for the processor ${process.arch}`;
  const said = whyNot('bwrap', ['--unshare-all', '--cap-drop', 'ALL', '--ro-bind', '/', '/', '--', 'true']);
  if (said === null) return null;
  if (said === 'ENOENT') return 'bubblewrap is missing: install the package bubblewrap';
  if (!/namespace|uid map|permission|not permitted/i.test(said)) return `bubblewrap fails (${said})`;
  return `user namespaces are refused here (${said}): allow them to this user (in a container, by its seccomp profile; on Ubuntu, by an AppArmor profile for bwrap)`;
}

const TRY_LIMIT_MS = 5_000;
const SAID_LIMIT = 200;

/** What a program that does not work says; null when it does. */
function whyNot(program: string, args: readonly string[]): string | null {
  const { status, stderr, error } = spawnSync(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: EMPTY_ENVIRONMENT,
    encoding: 'utf8',
    timeout: TRY_LIMIT_MS,
  });
  if (status === 0) return null;
  if (error !== undefined) return 'code' in error ? String(error.code) : error.message;
  const [line = ''] = stderr.split('\n');
  return line.slice(0, SAID_LIMIT) || `status ${status ?? 'unknown'}`;
}
