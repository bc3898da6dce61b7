import { useSyncExternalStore } from 'react';

/** Seconds that pass; whoever shows one is told of the next, and nobody else. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, () => current);
}

const TICK_MS = 1_000;
const listeners = new Set<() => void>();
let current = new Date();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
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
  current = new Date();
  for (const listener of listeners) listener();
}
