import type { Log, TicketKind } from '@rungate/run-task';
import { openWorker, type QueueBackend } from './backend.js';
import type { TicketWorker } from './ends.js';
import type { Outage } from './outage.js';
import { within } from './within.js';

/** How a kind of work is done. */
export interface Consumption {
  /** How many may run at once in this process. */
  readonly slots: number;
  /** Claims and does one piece of work; false when nothing was due. */
  readonly work: () => Promise<boolean>;
}

/** Which tickets to take, from where. */
export interface ConsumerOptions extends Consumption {
  readonly kind: TicketKind;
  readonly backend: QueueBackend;
  readonly outage: Outage;
  readonly log: Log;
}

/** Before a worker that was lost is replaced, in milliseconds. */
const PAUSE_MS = 1_000;

/** Takes tickets of one kind and works until nothing is due. */
export class Consumer {
  readonly #running = new Set<Promise<void>>();
  #worker: TicketWorker | null = null;
  #reopening: NodeJS.Timeout | null = null;
  #closing = false;

  constructor(private readonly options: ConsumerOptions) {
    this.#open();
  }

  /** Takes no more tickets and waits for the work that runs, at most `limitMs`. */
  async close(limitMs: number): Promise<void> {
    this.#closing = true;
    if (this.#reopening) clearTimeout(this.#reopening);
    this.#worker?.pause();
    await within(limitMs, Promise.all(this.#running)).catch(() => {
      this.options.log.warn('queue closed while work runs', { kind: this.options.kind, running: this.#running.size });
    });
    await this.#worker?.close();
  }

  #open(): void {
    const { backend, kind, slots, outage } = this.options;
    const lost = (error: unknown) => {
      this.#replace(worker, error ?? new Error('the connection was closed'));
    };
    const worker = openWorker(backend, { kind, slots, processor: () => this.#take(), onLost: lost });
    this.#worker = worker;
    worker.ready.then(() => {
      if (worker === this.#worker) outage.succeeded();
    }, lost);
  }

  // A worker whose connection failed may stay deaf, or ask without a pause; a new one does neither.
  #replace(worker: TicketWorker, error: unknown): void {
    if (this.#closing || worker !== this.#worker) return;
    this.options.outage.failed(error);
    this.#worker = null;
    void worker.close();
    this.#reopening = setTimeout(() => {
      this.#open();
    }, PAUSE_MS);
  }

  // Tickets that a former worker took may still be working, so the slots are counted here as well.
  async #take(): Promise<void> {
    this.options.outage.succeeded();
    if (this.#closing || this.#running.size >= this.options.slots) return;
    const turn = this.#workUntilIdle();
    this.#running.add(turn);
    await turn;
    this.#running.delete(turn);
  }

  async #workUntilIdle(): Promise<void> {
    const { kind, work, log } = this.options;
    try {
      while (!this.#closing && (await work()));
    } catch (error) {
      log.error('work failed', { kind, reason: error instanceof Error ? error.message : String(error) });
    }
  }
}
