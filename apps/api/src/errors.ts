import type { Violation } from '@rungate/contract';

/** Why a request is refused. */
export type ApiErrorCode =
  /** No token, or not a valid one: nothing more is said. */
  | 'unauthenticated'
  | 'forbidden'
  /** The person must prove anew who he is. */
  | 'step_up_required'
  /** The session views an organization, and may do no more than read. */
  | 'view_read_only'
  /** A page of somebody else asks in the person's name. */
  | 'cross_site'
  | 'not_found'
  /** The violations name what is wrong. */
  | 'invalid'
  | 'not_json'
  | 'unsupported_media_type'
  /** Somebody else has what the request wants. */
  | 'conflict'
  /** Another revision is stored than the request expects. */
  | 'stale'
  | 'too_large'
  /** More than the requester, or its organization, may have or ask. */
  | 'too_many'
  /** A Terraform refuses what was asked in the requester's name. */
  | 'refused_elsewhere'
  /** A Terraform does not answer. */
  | 'unreachable_elsewhere';

/** A refused request; the problem filter answers it. The message is shown to the caller and never holds a secret. */
export class ApiError extends Error {
  constructor(
    readonly code: ApiErrorCode,
    message: string,
    readonly violations: readonly Violation[] = [],
    readonly options: { readonly cause?: unknown; readonly retryAfter?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ApiError';
  }
}

/** A request whose faults are known. */
export function invalid(violations: readonly Violation[]): ApiError {
  return new ApiError('invalid', 'The request is not as the API describes it.', violations);
}

/** The same for what does not exist and for what the caller may not know of. */
export function notFound(what: string): ApiError {
  return new ApiError('not_found', `There is no such ${what}.`);
}
