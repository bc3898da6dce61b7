import type { Answered } from './answer.js';
import type { Outcome } from './callback-rules.js';
import type { FaultEndpoint } from './fault.js';
import type { Problem } from './json-api.js';
import type { Stage } from './run-options.js';

/** What the platform shows for a task result. `unreachable`: the hook never answered 200. */
export type TaskResultStatus = 'pending' | 'running' | 'passed' | 'failed' | 'errored' | 'canceled' | 'unreachable';

/** A promise of the protocol that the receiver broke. */
export type ViolationCode =
  | 'invalid_callback'
  | 'wrong_method'
  | 'wrong_content_type'
  | 'wrong_token'
  | 'token_of_another_run'
  | 'authorization_at_archivist'
  | 'outcomes_without_capability'
  | 'progress_after_final'
  | 'different_verdict'
  | 'late_callback'
  | 'registration_called_back'
  | 'unknown_address';

/** One broken promise; it holds no secret. */
export interface Violation {
  /** ISO 8601. */
  readonly at: string;
  readonly code: ViolationCode;
  /** Null when the request belongs to no run. */
  readonly taskResultId: string | null;
  readonly detail: string;
}

/** One try to send the request to the hook. */
export interface HookAttempt {
  readonly at: string;
  /** Null when there was no answer, or not yet. */
  status: number | null;
  error: string | null;
  /** Asked for with `sendAgain`. */
  readonly repeat: boolean;
}

/** One request to the callback URL. */
export interface CallbackRecord {
  readonly at: string;
  /** As sent, when it could be read. */
  readonly status: string | null;
  /** Parsed when it was JSON, otherwise its text. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the bearer token was the run's. */
  readonly token: 'equal' | 'unequal' | 'absent';
  readonly problems: readonly Problem[];
  /** Whether the task result changed by it. */
  readonly applied: boolean;
  /** Null until the answer left. */
  answered: Answered | null;
}

/** One request for the plan or the configuration. */
export interface DownloadRecord {
  readonly at: string;
  readonly endpoint: FaultEndpoint;
  /** Null until the answer left. */
  answered: Answered | null;
}

/** Everything that happened to one task result. Times are ISO 8601. */
export interface RunHistory {
  readonly taskResultId: string;
  readonly runId: string;
  readonly stage: Stage;
  readonly organizationName: string;
  readonly workspaceName: string;
  readonly status: TaskResultStatus;
  readonly message: string | null;
  readonly url: string | null;
  /** Of the last callback that carried any. */
  readonly outcomes: readonly Outcome[];
  /** When the request was sent that the hook took. */
  readonly startedAt: string;
  readonly progressBy: string;
  readonly finalBy: string;
  readonly finishedAt: string | null;
  readonly requests: readonly HookAttempt[];
  readonly callbacks: readonly CallbackRecord[];
  readonly downloads: readonly DownloadRecord[];
  readonly violations: readonly Violation[];
}
