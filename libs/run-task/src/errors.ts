/** What can be wrong in the domain; callers switch on the code, never on the message. */
export type RunTaskErrorCode =
  /** The body is signed, but it is not JSON, or nested too deep. */
  | 'not_json'
  /** The body is JSON, but not a run task request; `pointer` names the field. */
  | 'not_a_request'
  /** An event that the state of the task result does not allow. */
  | 'bad_transition'
  /** A URL that may not be used; the message says why. */
  | 'bad_url'
  /** The Terraform origin of the run task awaits approval, or was refused. */
  | 'origin_not_approved';

/** A broken promise inside the domain, or input that cannot be accepted. The message never holds a secret. */
export class RunTaskError extends Error {
  constructor(
    readonly code: RunTaskErrorCode,
    message: string,
    /** JSON pointer to the field at fault, when there is one. */
    readonly pointer?: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'RunTaskError';
  }
}

/** Closes a union: a case that was forgotten is a compile error. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
