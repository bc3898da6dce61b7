import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import type { Closing } from './closing.js';

/** The checkout that is measured; `npm run build` made its dist/, which this file is part of. */
export const CHECKOUT = path.resolve(__dirname, '../../../..');

const READY_WITHIN_MS = 60_000;
const END_WITHIN_MS = 20_000;
/** What a process said last is enough to see why it did not start. */
const REMEMBERED = 4_000;

/** A Node process to start. */
export interface NewProcess {
  /** A file of the checkout, and its arguments. */
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Where it leaves a profile of its CPU when it ends; none when null. */
  readonly profileDir?: string | null;
  /** The line that says that it is ready; its first group is what the process tells, such as an address. */
  readonly ready: RegExp;
  readonly closing: Closing;
}

/** A process that said that it is ready. */
export interface Started {
  /** What its ready line tells. */
  readonly told: string;
  readonly pid: number;
  /** Asks it to end, and waits until it has. */
  readonly end: () => Promise<void>;
}

/** Starts a process with nothing of this one's environment but PATH. */
export async function startProcess({ args, env, profileDir = null, ready, closing }: NewProcess): Promise<Started> {
  const child = spawn(process.execPath, [...profiling(profileDir), ...args], {
    cwd: CHECKOUT,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  closing.defer(() => end(child));
  return { told: await readyLine(child, ready, args), pid: child.pid ?? 0, end: () => end(child) };
}

/** How long a Node process that does nothing takes from its start to its end, some times; milliseconds. */
export async function nodeStartMs(times: number): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let i = 0; i < times; i++) {
    const startedAt = performance.now();
    await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
    samples.push(performance.now() - startedAt);
  }
  return samples;
}

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function profiling(directory: string | null): readonly string[] {
  return directory === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${directory}`];
}

function readyLine(child: ChildProcess, ready: RegExp, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const failed = (why: string): void => {
      reject(new Error(`${args.join(' ')} ${why}: ${said}`));
    };
    const timer = setTimeout(failed, READY_WITHIN_MS, 'is not ready in time');
    const take = (text: string): void => {
      said = (said + text).slice(-REMEMBERED);
      const found = ready.exec(said);
      if (found === null) return;
      clearTimeout(timer);
      resolve(found[1] ?? '');
    };
    child.stdout?.setEncoding('utf8').on('data', take);
    child.stderr?.setEncoding('utf8').on('data', take);
    child.once('exit', () => {
      clearTimeout(timer);
      failed('ended');
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(timer);
}
