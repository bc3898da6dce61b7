import type { ConnectRefusal } from '@rungate/run-task';

/** A call of Terraform's API that gave no answer to go on with. The message is for a person and says what to do. */
export class SetupError extends Error {
  constructor(
    readonly why: ConnectRefusal,
    message: string,
    /** What Terraform answered; null when it did not. */
    readonly status: number | null = null,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'SetupError';
  }
}
