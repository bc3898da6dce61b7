import type { Problem } from '../problem.js';

/** Why a call of the management API has no answer that can be used. */
export type ApiErrorCode =
  /** The API said so: `problem` has its reasons. */
  | 'refused'
  /** No answer came. */
  | 'unreachable'
  /** What answered is no management API of this version. */
  | 'not_understood';

interface ManagementApiErrorOptions {
  readonly cause?: unknown;
  readonly requestId?: string | null;
}

/** A call that failed; the message is one sentence and never holds the token. Its texts are the server's: encode them. */
export class ManagementApiError extends Error {
  /** By which the server's log knows the request that failed; null when it says none. */
  readonly requestId: string | null;

  constructor(
    readonly code: ApiErrorCode,
    message: string,
    /** As the API answered it; null unless it refused. */
    readonly problem: Problem | null = null,
    options: ManagementApiErrorOptions = {},
  ) {
    super(message, options);
    this.requestId = options.requestId ?? null;
    this.name = 'ManagementApiError';
  }

  /** HTTP status of the refusal; null when there was none. */
  get status(): number | null {
    return this.problem?.status ?? null;
  }
}
