/** Why nothing was judged; the message is all that a person sees. */
export type CheckErrorCode =
  | 'plan_unreadable'
  | 'checks_unreadable'
  | 'checks_invalid'
  /** Ctrl-C, or a request to end. */
  | 'stopped';

/** A check from the command line that came to no verdict. Texts in the message are encoded. */
export class CheckError extends Error {
  constructor(
    readonly code: CheckErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'CheckError';
  }

  /** A file that could not be read, with what to do about it. */
  static whenReading(code: CheckErrorCode, file: string, cause: unknown): CheckError {
    const known = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
    const why = REASONS.get(known) ?? (known === '' ? 'it failed' : `it failed (${known})`);
    return new CheckError(code, `Cannot read ${file}: ${why}.`, { cause });
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
  ['ENOSPC', 'the directory for temporary files is full (TMPDIR names another one)'],
]);
