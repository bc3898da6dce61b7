import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';

/** A server that can be started, or why there is none. */
export type RedisProgram =
  | { readonly kind: 'found'; readonly file: string; readonly libraries: string | null; readonly version: string }
  | { readonly kind: 'missing'; readonly reason: string };

/** Kept between runs: of this checkout, so nobody else writes to it. */
const CACHE = path.resolve(__dirname, '../../../node_modules/.cache/rungate-redis');

/**
 * On the PATH; else Debian's `redis-tools`, whose `redis-check-rdb` is the server under another name; else that package
 * unpacked privately, which needs no root.
 */
export function findRedis(): RedisProgram {
  for (const name of ['redis-server', 'valkey-server']) {
    const file = onPath(name);
    const found = file === null ? null : asProgram(file, null);
    if (found) return found;
  }
  const checker = onPath('redis-check-rdb');
  return (checker === null ? null : asProgram(namedServer(checker), null)) ?? unpacked();
}

function onPath(name: string): string | null {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file)) ?? null;
}

function asProgram(file: string, libraries: string | null): RedisProgram | null {
  const { stdout } = spawnSync(file, ['--version'], { encoding: 'utf8', env: redisEnvironment({ libraries }) });
  const version = /^(?:Redis|Valkey) server v=(\S+)/.exec(stdout)?.[1];
  return version === undefined ? null : { kind: 'found', file, libraries, version };
}

/** The environment of a server: nothing of ours but where its libraries are. */
export function redisEnvironment({ libraries }: { readonly libraries: string | null }): Record<string, string> {
  return { PATH: process.env.PATH ?? '', ...(libraries === null ? {} : { LD_LIBRARY_PATH: libraries }) };
}

/** The binary goes by the name that it is called by. */
function namedServer(binary: string): string {
  const link = path.join(CACHE, 'installed', 'redis-server');
  mkdirSync(path.dirname(link), { recursive: true });
  try {
    symlinkSync(binary, link);
  } catch {
    // Another test file made it.
  }
  return link;
}

function unpacked(): RedisProgram {
  const folder = path.join(CACHE, 'unpacked');
  const reason = existsSync(folder) ? null : unpack(folder);
  if (reason !== null) return { kind: 'missing', reason };
  const libraries = path.join(folder, 'usr/lib');
  const places = readdirSync(libraries, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(libraries, name));
  return (
    asProgram(path.join(folder, 'redis-server'), places.join(path.delimiter)) ?? {
      kind: 'missing',
      reason: `the Redis of Debian's redis-tools, unpacked in ${folder}, does not start`,
    }
  );
}

/** Downloads what `redis-tools` lacks here; complete as soon as the folder has its name. Null, or what went wrong. */
function unpack(folder: string): string | null {
  const advice = 'no redis-server or valkey-server on the PATH; install redis-tools, redis-server or valkey-server';
  const planned = run('apt-get', ['install', '--simulate', '--no-install-recommends', 'redis-tools']);
  const names = [...planned.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name);
  if (names.length === 0) return advice;
  mkdirSync(CACHE, { recursive: true });
  const part = mkdtempSync(path.join(CACHE, 'part-'));
  try {
    run('apt-get', ['download', ...names], part);
    const packages = readdirSync(part).filter((name) => name.endsWith('.deb'));
    for (const name of packages) run('dpkg', ['-x', name, '.'], part);
    const binary = path.join(part, 'usr/bin/redis-check-rdb');
    if (!existsSync(binary)) return `${advice} (Debian's package could not be downloaded)`;
    symlinkSync('usr/bin/redis-check-rdb', path.join(part, 'redis-server'));
    if (!existsSync(folder)) renameSync(part, folder);
    return null;
  } catch (error) {
    // Another test file was quicker: its folder is as good.
    return existsSync(folder) ? null : String(error);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[], cwd = '/'): string {
  return spawnSync(command, [...args], { cwd, encoding: 'utf8' }).stdout;
}
