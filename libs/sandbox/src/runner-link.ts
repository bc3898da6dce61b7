import type { FetchedPlan } from '@rungate/run-task';
import type { RunnerAssignment, RunnerReply } from './runner-messages.js';

/** An assignment as it is handed over: its plan beside it, since it may be far away. */
export interface SentAssignment {
  readonly assignment: RunnerAssignment;
  readonly plan: Pick<FetchedPlan, 'path' | 'bytes'> | null;
}

/** The way to one runner, until it ends; then there is another. */
export interface RunnerLink {
  /** Process id of the runner where it is a child of this process. */
  readonly pid: number | null;
  /** The plan is the runner's from here on: it is removed there, or on the way. */
  run(id: number, sent: SentAssignment): void;
  abort(id: number): void;
  /** Asks it to leave, or leaves it. */
  leave(): void;
  /** It said what no runner says. */
  kill(): void;
}

/** What comes back over a link. */
export interface LinkEvents {
  reply(reply: RunnerReply): void;
  /** Of one assignment nothing more will come, whether it was answered or not. */
  lost(id: number): void;
  /** The runner is gone; `errors` is what is known of the cause. */
  gone(errors: string): void;
}
