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
/** 128 + the number of the signal, where a shell's convention is followed. */
const EXIT = { abort: 134, segmentation: 139, cpu: 152 } as const;

/** Why a process ended that nobody ended. */
export function causeOfDeath({ code, signal, output }: Exit): Death {
  if (OUT_OF_MEMORY.test(output)) return { reason: 'memory', detail: null };
  if (signal === 'SIGXCPU' || code === EXIT.cpu) return { reason: 'cpu', detail: null };
  if (signal !== null) return { reason: 'crashed', detail: signal };
  if (code === EXIT.abort || code === EXIT.segmentation) return { reason: 'crashed', detail: `code ${code}` };
  return { reason: 'exited', detail: `code ${code ?? 0}` };
}
