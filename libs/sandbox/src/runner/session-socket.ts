import { createWriteStream, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { REQUEST_LINE_LIMIT } from '../limits.js';
import { parseLine } from '../line-reader.js';
import { socketRequestSchema, type RunnerReply, type SocketRequest } from '../runner-messages.js';
import type { AssignmentRunner } from './assignment.js';
import type { HandBack } from './hand-back.js';

/** What workers that connect are served with. */
export interface SocketSettings {
  /** Path of the Unix socket. */
  readonly listen: string;
  /** Where plans that arrive are written. */
  readonly root: string;
  readonly assignments: AssignmentRunner;
  readonly handBack: HandBack;
  /** What every worker is told first. */
  readonly greeting: readonly RunnerReply[];
}

/** Owner and group: whoever may connect may have checks run, and nothing else. */
const MODE = 0o660;
const NEWLINE = 0x0a;

/**
 * Serves workers over a Unix socket. A connection is one of two: a greeting that stays open and ends with the runner, or
 * one assignment, which brings its plan along and is stopped by closing it. @throws Error when the address is taken
 */
export async function serveWorkers(settings: SocketSettings): Promise<Server> {
  await removeStale(settings.listen);
  let last = 0;
  const server = createServer((socket) => {
    // A broken connection shows as its end.
    socket.on('error', () => undefined);
    const plan = path.join(settings.root, `incoming-${++last}`);
    takeRequest(socket, (request) => {
      if (request.kind === 'greet') for (const reply of settings.greeting) say(socket, reply);
      else void runForWorker(socket, { request, plan, ...settings });
    });
  });
  await listenPrivately(server, settings.listen);
  return server;
}

/** The socket never exists with a wider mode: it is bound within the call. */
function listenPrivately(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const umask = process.umask(0o777 & ~MODE);
    server.listen(address, resolve);
    process.umask(umask);
  });
}

/** A socket that nobody serves is what a runner left that was killed. */
async function removeStale(listen: string): Promise<void> {
  const isServed = await new Promise<boolean>((resolve) => {
    const socket = connect(listen, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => {
      resolve(false);
    });
  });
  if (isServed) throw new Error(`Another runner serves ${listen} already: stop it, or choose another socket.`);
  rmSync(listen, { force: true });
}

/** Reads the line with which a connection begins; what follows it stays to be read. */
function takeRequest(socket: Socket, then: (request: SocketRequest) => void): void {
  const parts: Buffer[] = [];
  let bytes = 0;
  const take = (chunk: Buffer): void => {
    const end = chunk.indexOf(NEWLINE);
    parts.push(end < 0 ? chunk : chunk.subarray(0, end));
    bytes += chunk.length;
    if (end < 0) {
      if (bytes > REQUEST_LINE_LIMIT) socket.destroy();
      return;
    }
    socket.off('data', take).pause();
    const request = socketRequestSchema.safeParse(parseLine(Buffer.concat(parts).toString()));
    if (!request.success) {
      socket.destroy();
      return;
    }
    if (end + 1 < chunk.length) socket.unshift(chunk.subarray(end + 1));
    then(request.data);
    socket.resume();
  };
  socket.on('data', take);
}

interface Work extends SocketSettings {
  readonly request: Extract<SocketRequest, { kind: 'run' }>;
  /** Where its plan is written. */
  readonly plan: string;
}

async function runForWorker(socket: Socket, { request, plan, assignments, handBack }: Work): Promise<void> {
  const { id, assignment, planBytes } = request;
  const abort = new AbortController();
  socket.once('close', () => {
    abort.abort();
  });
  try {
    if (planBytes !== null) await receive(socket, plan, planBytes);
    const planPath = planBytes === null ? null : plan;
    const left = await assignments.run(
      { ...assignment, planPath },
      (end) => {
        say(socket, { kind: 'ended', id, end });
      },
      abort.signal,
    );
    say(socket, { kind: 'done', id });
    const to = {
      id,
      say: (reply: RunnerReply) => {
        say(socket, reply);
      },
    };
    if (assignment.handBack) await handBack.give(left, to);
    socket.end();
  } catch {
    // The plan did not arrive whole: the worker hears that the connection ended.
    socket.destroy();
  } finally {
    rmSync(plan, { force: true });
  }
}

/** Writes exactly `bytes` bytes to a file, not faster than the disk takes them. */
function receive(socket: Socket, to: string, bytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const file = createWriteStream(to, { mode: 0o600, flags: 'wx' });
    let left = bytes;
    const take = (chunk: Buffer): void => {
      left -= chunk.length;
      if (left < 0) socket.destroy();
      else if (!file.write(chunk)) socket.pause();
      if (left === 0) file.end();
    };
    const stop = (): void => {
      file.destroy(new Error('the plan was cut off'));
    };
    socket.on('data', take).once('close', stop);
    file.on('drain', () => socket.resume());
    file.once('error', reject);
    file.once('finish', () => {
      socket.off('data', take).off('close', stop).resume();
      resolve();
    });
    if (bytes === 0) file.end();
  });
}

function say(socket: Socket, reply: RunnerReply): void {
  if (socket.writable) socket.write(`${JSON.stringify(reply)}\n`);
}
