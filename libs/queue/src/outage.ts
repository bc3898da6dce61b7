import type { Log } from '@rungate/run-task';

/** How long after a failure nothing is tried, so that no caller waits for a dead queue. */
const PAUSE_MS = 1_000;

/** Whether the queue is away, shared by producers and consumers, so that one outage is two lines of log. */
export class Outage {
  #failedAt: number | null = null;

  constructor(private readonly log: Log) {}

  /** Whether the last failure is too recent to try again. */
  get isFresh(): boolean {
    return this.#failedAt !== null && performance.now() - this.#failedAt < PAUSE_MS;
  }

  failed(error: unknown): void {
    if (this.#failedAt === null) {
      const reason = error instanceof Error ? error.message : String(error);
      this.log.warn('queue away', { reason, effect: 'the keeper starts work, up to a second later' });
    }
    this.#failedAt = performance.now();
  }

  succeeded(): void {
    if (this.#failedAt === null) return;
    this.#failedAt = null;
    this.log.info('queue back', {});
  }
}
