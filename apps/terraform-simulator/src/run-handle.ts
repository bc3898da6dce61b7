import type { RunHistory } from './history.js';
import type { Run } from './run.js';

/** One run as its starter sees it. */
export interface RunHandle {
  readonly taskResultId: string;
  readonly runId: string;
  /** Whether the hook answered exactly 200, at the first or a later try. */
  readonly accepted: boolean;
  /** What the hook answered last; null when it did not. */
  readonly status: number | null;
  /** Resolves with a terminal state: the final callback, the deadline, a cancellation, or `close()`. */
  readonly finished: Promise<RunHistory>;
  history(): RunHistory;
  /** As a person would cancel the run: later callbacks get 409. */
  cancel(): void;
}

/** The handle of a run whose request was sent. */
export function handleOf(run: Run, accepted: boolean): RunHandle {
  return {
    taskResultId: run.taskResultId,
    runId: run.runId,
    accepted,
    status: run.history().requests.at(-1)?.status ?? null,
    finished: run.settled.then(() => run.history()),
    history: () => run.history(),
    cancel: () => {
      run.cancel();
    },
  };
}
