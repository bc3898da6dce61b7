import { useSyncExternalStore } from 'react';
import { serverTimeOf } from './server-clock.js';

/** Seconds that pass, by the server's clock; whoever shows one is told of the next, and nobody else. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, () => current);
}

const TICK_MS = 1_000;
const listeners = new Set<() => void>();
let current = now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  // Nobody looked for a while.
  if (timer === undefined) current = now();
  listeners.add(listener);
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  current = now();
  for (const listener of listeners) listener();
}

function now(): Date {
  return new Date(serverTimeOf(Date.now()));
}
