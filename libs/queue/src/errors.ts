/** What can be wrong with the queue; callers switch on the code. */
export type QueueErrorCode =
  /** BullMQ's tables could not be made. */
  | 'migration_failed'
  /** The backend cannot be asked now. */
  | 'unavailable'
  /** Two consumers of one kind in one process, or one after `close`. */
  | 'bad_use';

/** A failure of the queue that a caller must know of; the message holds no password. */
export class QueueError extends Error {
  constructor(
    readonly code: QueueErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'QueueError';
  }
}
