/** What can be asked of the simulator in vain; callers switch on the code, never on the message. */
export type SimulatorErrorCode =
  /** No fixture of that name. */
  | 'unknown_fixture'
  /** No run with that task result id. */
  | 'unknown_run'
  /** No organization of that name. */
  | 'unknown_organization'
  /** No task with that id. */
  | 'unknown_task'
  /** An address that is not on this machine. */
  | 'not_loopback'
  /** A control request that cannot be understood. */
  | 'bad_request';

/** A request to the simulator that cannot be met; the message never holds a key or a token. */
export class SimulatorError extends Error {
  constructor(
    readonly code: SimulatorErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'SimulatorError';
  }
}
