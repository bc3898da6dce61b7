import type { Log, TicketKind } from '@rungate/run-task';
import { openWorker, type QueueBackend, type TicketWorker } from './backend.js';
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

/** How long BullMQ may take to let go of its connections, and the pause before a new worker, in milliseconds. */
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
    this.#worker?.pause(true).catch(() => undefined);
    await within(limitMs, Promise.all(this.#running)).catch(() => {
      this.options.log.warn('queue closed while work runs', { kind: this.options.kind, running: this.#running.size });
    });
    await letGo(this.#worker);
  }

  #open(): void {
    const { backend, kind, slots, outage } = this.options;
    const worker = openWorker(backend, { kind, slots, processor: () => this.#take() });
    this.#worker = worker;
    worker.on('error', (error) => {
      this.#replace(worker, error);
    });
    worker.waitUntilReady().then(
      () => {
        outage.succeeded();
      },
      (error: unknown) => {
        this.#replace(worker, error);
      },
    );
  }

  // A worker whose connection failed may stay deaf, or ask without a pause; a new one does neither.
  #replace(worker: TicketWorker, error: unknown): void {
    if (this.#closing || worker !== this.#worker) return;
    this.options.outage.failed(error);
    this.#worker = null;
    void letGo(worker);
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

// Not by force: that would leave BullMQ's waits behind. It waits for its jobs, which is why we do not wait for it.
async function letGo(worker: TicketWorker | null): Promise<void> {
  if (worker) await within(PAUSE_MS, worker.close()).catch(() => undefined);
}
