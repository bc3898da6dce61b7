/** Why a connection, a request or an answer failed; callers switch on the code, never on the message. */
export type EgressErrorCode =
  /** No connection, no header, no further byte, or no end in the time allowed. */
  | 'timeout'
  /** The connection broke before the answer was complete. */
  | 'reset'
  /** Nobody listens, or there is no route. */
  | 'refused'
  /** The host name could not be resolved. */
  | 'dns'
  /** TLS failed: the certificate was not accepted, or the other side speaks no TLS. */
  | 'certificate'
  /** Our own rule: the address or the origin may not be used. */
  | 'forbidden'
  /** The answer, or its header, is larger than allowed. */
  | 'too_large'
  /** The answer is not HTTP, or cannot be decoded. */
  | 'bad_answer'
  /** The caller's signal, or the end of this process. */
  | 'aborted'
  /** The options of `createEgress` make no sense; the message says which. */
  | 'bad_options';

/** A connection that failed. The message names the host and what to do, never a path, a query or a header. */
export class EgressError extends Error {
  /** True when the other side may have seen the request. */
  readonly sent: boolean;

  constructor(
    readonly code: EgressErrorCode,
    message: string,
    options: { readonly sent?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EgressError';
    this.sent = options.sent ?? false;
  }
}
