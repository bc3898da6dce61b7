import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.js';

/** What the simulator wants to answer, before any fault. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What really left: the status, or how there was none. */
export type Answered = number | 'reset' | 'hang';

/** Bytes given to the socket at once. */
const CHUNK = 65_536;
/** How often a slow answer sends something, milliseconds. */
const SLOW_TICK_MS = 100;

/** Sends an answer as its fault wants it; `stopped` ends what would take long. Never throws when the client went away. */
export async function sendAnswer(
  response: ServerResponse,
  { answer, fault, stopped }: { answer: Answer; fault: Fault; stopped: AbortSignal },
): Promise<Answered> {
  if (fault.delayMs !== undefined) await pause(fault.delayMs, stopped);
  if (fault.hang === true) return 'hang';
  if (fault.reset === true) return reset(response);
  const { status, headers, body } = spoil(answer, fault);
  const total = fault.fillBytes ?? body.byteLength;
  response.writeHead(status, isWithoutBody(status) ? headers : { ...headers, 'content-length': String(total) });
  const upTo = cutAt(fault, total);
  await sendBody(response, { chunks: chunksOf(body, { upTo, fault }), intervalMs: intervalOf(fault), stopped });
  if (fault.resetMidBody === true) return reset(response);
  if (upTo < total) response.destroy();
  else response.end();
  return status;
}

function reset(response: ServerResponse): 'reset' {
  response.socket?.resetAndDestroy();
  return 'reset';
}

function spoil(answer: Answer, fault: Fault): Answer {
  const location: Record<string, string> = fault.redirectTo === undefined ? {} : { location: fault.redirectTo };
  const status = fault.status ?? (fault.redirectTo === undefined ? answer.status : 307);
  const body = fault.badBody === true ? Buffer.from('<html>Bad gateway</html>') : answer.body;
  return {
    status,
    headers: { ...answer.headers, ...location, ...lowerCaseNames(fault.headers ?? {}) },
    body: isWithoutBody(status) ? new Uint8Array() : body,
  };
}

/** Header names in one case, so that one given by a fault replaces the answer's own. */
function lowerCaseNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function isWithoutBody(status: number): boolean {
  return status === 204 || status === 304;
}

function cutAt(fault: Fault, total: number): number {
  if (fault.resetMidBody === true) return Math.floor(total / 2);
  return Math.min(total, fault.truncate ?? total);
}

function* chunksOf(body: Uint8Array, { upTo, fault }: { upTo: number; fault: Fault }): Generator<Uint8Array> {
  const size = fault.slow === undefined ? CHUNK : Math.max(1, Math.floor((fault.slow * SLOW_TICK_MS) / 1_000));
  const filler = fault.fillBytes === undefined ? null : Buffer.alloc(Math.min(size, fault.fillBytes), 'a');
  for (let from = 0; from < upTo; from += size) {
    const to = Math.min(upTo, from + size);
    yield filler === null ? body.subarray(from, to) : filler.subarray(0, to - from);
  }
}

function intervalOf({ slow }: Fault): number {
  if (slow === undefined) return 0;
  return Math.max(SLOW_TICK_MS, 1_000 / slow);
}

async function sendBody(
  response: ServerResponse,
  body: { chunks: Iterable<Uint8Array>; intervalMs: number; stopped: AbortSignal },
): Promise<void> {
  for (const chunk of body.chunks) {
    if (response.destroyed || body.stopped.aborted) return;
    if (!response.write(chunk)) await drained(response, body.stopped);
    if (body.intervalMs > 0) await pause(body.intervalMs, body.stopped);
  }
}

async function drained(response: ServerResponse, stopped: AbortSignal): Promise<void> {
  const done = new AbortController();
  const signal = AbortSignal.any([stopped, done.signal]);
  // A client that left emits close and no drain; either way there is nothing more to wait for.
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]).catch(() => undefined);
  done.abort();
}

async function pause(ms: number, stopped: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stopped }).catch(() => undefined);
}
