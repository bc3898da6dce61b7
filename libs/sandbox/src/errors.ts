/** What can be wrong with the sandbox as a whole; what goes wrong with a check is a `CheckEnd`. */
export type SandboxErrorCode =
  /** The entry of the runner is missing: the build has not run. */
  | 'not_built'
  /** The packages are where children cannot load them. */
  | 'not_installed'
  /** The runner could not be started, or did not become ready in time. */
  | 'start_failed'
  /** The runner was closed. */
  | 'closed';

/** A sandbox that cannot work. */
export class SandboxError extends Error {
  constructor(
    readonly code: SandboxErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'SandboxError';
  }
}
