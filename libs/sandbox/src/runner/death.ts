import { constants } from 'node:os';
import type { CheckFailure } from '@rungate/run-task';

/** Why a child ended without an answer. `detail` is what is known beyond the reason, for a person. */
export interface Death {
  readonly reason: CheckFailure;
  readonly detail: string | null;
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it wrote last. */
  readonly output: string;
}

/** What V8 and libstdc++ write when memory ends. */
const OUT_OF_MEMORY =
  /heap out of memory|Array buffer allocation failed|process out of memory|process OOM|Failed to (reserve|allocate)|bad_alloc/;
/** A program that ran another one exits with this and the number of the signal that ended it. */
const SIGNAL_BASE = 128;

/** Why a process ended that nobody ended. */
export function causeOfDeath({ code, signal, output }: Exit): Death {
  if (OUT_OF_MEMORY.test(output)) return { reason: 'memory', detail: null };
  const by = signal ?? signalOf(code ?? 0);
  if (by === 'SIGXCPU') return { reason: 'cpu', detail: null };
  if (by !== null) return { reason: 'crashed', detail: by };
  return { reason: 'exited', detail: `code ${code ?? 0}` };
}

function signalOf(code: number): string | null {
  const [name = null] = Object.entries(constants.signals).find(([, number]) => number === code - SIGNAL_BASE) ?? [];
  return name;
}
