import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findRedis, redisEnvironment } from './redis-program.js';

/** How a server differs from one on loopback that keeps nothing. */
export interface TestRedisOptions {
  /** Lines of its configuration. */
  readonly settings?: readonly string[];
  /** Watches others instead of keeping data. */
  readonly sentinel?: boolean;
  /** Speaks TLS alone; PEM. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A server of our own, on a port of loopback that stays the same over restarts. */
export interface TestRedis {
  readonly port: number;
  readonly pid: number;
  /** Ends it without a word, and resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again where it was; resolves when it answers. */
  start(): Promise<void>;
  /** Stops it and removes its folder. */
  close(): Promise<void>;
}

/** The server that is used here. */
export const redisProgram = findRedis();

/** Tests that need a Redis; without one they are skipped, and their name says why. Under CI=true that is a failure. */
export function describeWithRedis(name: string, body: () => void): void {
  if (redisProgram.kind === 'found') describe(`${name} (${redisProgram.version})`, body);
  else describe.skip(`${name} (skipped: ${redisProgram.reason})`, body);
}

/** Starts a server; resolves when it answers. @throws Error with its last words */
export async function startTestRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rungate-redis-'));
  const port = await freePort();
  let child = await launch({ folder, port, ...options });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    port,
    get pid() {
      return child.pid ?? -1;
    },
    kill,
    async start() {
      child = await launch({ folder, port, ...options });
    },
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Launch extends TestRedisOptions {
  readonly folder: string;
  readonly port: number;
}

const READY = /Ready to accept connections|Sentinel ID is/;

async function launch({ folder, port, settings = [], sentinel = false, tls }: Launch): Promise<ChildProcess> {
  if (redisProgram.kind === 'missing') throw new Error(redisProgram.reason);
  const file = path.join(folder, 'redis.conf');
  const own = sentinel ? [] : ['save ""', 'appendonly no'];
  const listen = tls ? listenWithTls({ folder, port, tls }) : [`port ${port}`];
  const lines = [...listen, 'bind 127.0.0.1', `dir ${folder}`, ...own, ...settings];
  // A sentinel notes in its file what it learns.
  if (!existsSync(file)) writeFileSync(file, `${lines.join('\n')}\n`);
  const [command = '', ...args] = [...DYING_WITH_US, redisProgram.file, file, ...(sentinel ? ['--sentinel'] : [])];
  const child = spawn(command, args, {
    cwd: folder,
    env: redisEnvironment(redisProgram),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await untilReady(child);
  return child;
}

function listenWithTls({ folder, port, tls }: Launch): readonly string[] {
  const [cert, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  writeFileSync(cert, tls?.cert ?? '');
  writeFileSync(key, tls?.key ?? '');
  return ['port 0', `tls-port ${port}`, `tls-cert-file ${cert}`, `tls-key-file ${key}`, 'tls-auth-clients no'];
}

/** By the kernel, whatever becomes of the test; a process that ends in order stops its servers itself. */
const DYING_WITH_US = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--'] : [];

function untilReady(child: ChildProcess): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-4_000);
        if (READY.test(said)) resolve();
      });
    }
    child.once('error', reject);
    child.once('exit', () => {
      reject(new Error(`Redis ended at its start: ${said}`));
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
