import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import type { Place } from './child-command.js';

/** Processes and threads of one child; where the runner is root, the kernel counts none. */
const MOST_PROCESSES = 64;
/** Where programs and libraries lie besides /usr; on most systems these are links into it. */
const SYSTEM = ['/bin', '/sbin', '/lib', '/lib64'];
/** The file descriptor of the filter of system calls. */
const FILTER_FD = 4;

/**
 * Prefix that gives a process namespaces of its own, no capability and the filter of system calls. Its file system holds
 * /usr, `places` and nothing else; only a writable place can be written. Killing the prefix kills all that it started.
 */
export function bubblewrap(places: readonly Place[], home: Place): readonly string[] {
  return [
    'bwrap',
    ...['--unshare-user', '--uid', '65534', '--gid', '65534', '--cap-drop', 'ALL'],
    ...['--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...['--hostname', 'check', '--die-with-parent', '--new-session'],
    ...['--ro-bind', '/usr', '/usr', ...SYSTEM.filter((name) => existsSync(name)).flatMap(systemDirectory)],
    // Libraries of Node itself, where it is built with shared ones.
    ...['--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache'],
    ...['--proc', '/proc', '--dev', '/dev'],
    ...places.flatMap(({ path, inside, isWritable }) => [isWritable ? '--bind' : '--ro-bind', path, inside]),
    // The first are memory that no limit counts. The last holds settings of the kernel: where the runner is root, a child
    // without any capability is still their owner.
    ...['--remount-ro', '/', '--remount-ro', '/dev', '--remount-ro', '/proc'],
    ...['--chdir', home.inside, '--seccomp', String(FILTER_FD), '--'],
    ...['prlimit', `--nproc=${MOST_PROCESSES}`, '--'],
  ];
}

/** Whether a path is visible under `bubblewrap` without being named. */
export function isMountedAnyway(path: string): boolean {
  return path.startsWith('/usr/');
}

function systemDirectory(name: string): readonly string[] {
  return lstatSync(name).isSymbolicLink() ? ['--symlink', readlinkSync(name), name] : ['--ro-bind', name, name];
}
