import type { Log } from '@rungate/run-task';

/** How long after a failure nothing is tried, so that no caller waits for a dead queue. */
const PAUSE_MS = 1_000;

/** Who hears of an outage, and how it is told. */
export interface OutageOptions {
  readonly log: Log;
  /** What a failure means, without secrets. */
  readonly describe: (error: unknown) => Fields;
  /** The queue can be used again. */
  readonly onBack?: () => void;
}

type Fields = Parameters<Log['warn']>[1];

/** Whether the queue is away, shared by producers and consumers, so that one outage is two lines of log. */
export class Outage {
  #failedAt: number | null = null;

  constructor(private readonly options: OutageOptions) {}

  /** Whether nothing has succeeded since the last failure. */
  get isAway(): boolean {
    return this.#failedAt !== null;
  }

  /** Whether the last failure is too recent to try again. */
  get isFresh(): boolean {
    return this.#failedAt !== null && performance.now() - this.#failedAt < PAUSE_MS;
  }

  failed(error: unknown): void {
    if (this.#failedAt === null) {
      const effect = 'nothing is lost: the keeper starts work, up to a second later';
      this.options.log.warn('queue away', { ...this.options.describe(error), effect });
    }
    this.#failedAt = performance.now();
  }

  succeeded(): void {
    if (this.#failedAt === null) return;
    this.#failedAt = null;
    this.options.log.info('queue back', {});
    this.options.onBack?.();
  }
}
