import type { Log, TicketKind } from '@rungate/run-task';
import { openWorker, type QueueBackend } from './backend.js';
import { Canary } from './canary.js';
import type { TicketWorker } from './ends.js';
import type { Outage } from './outage.js';
import type { Producer } from './producer.js';
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
  /** Of the same kind: its tickets show whether this end is alive. */
  readonly producer: Producer;
  readonly canaryEveryMs: number;
  /** Went deaf a second time in five minutes: a new connection does not help. */
  readonly deaf: () => void;
}

/** Before a worker that was lost is replaced, in milliseconds. */
const PAUSE_MS = 1_000;
/** Going deaf again within this time is reported. */
const DEAF_AGAIN_MS = 5 * 60_000;

/** Takes tickets of one kind and works until nothing is due. */
export class Consumer {
  readonly #running = new Set<Promise<void>>();
  #worker: TicketWorker | null = null;
  #reopening: NodeJS.Timeout | null = null;
  #closing = false;
  #isReady = false;
  #signsOfLife = 0;
  #deafAt = Number.NEGATIVE_INFINITY;
  readonly #canary: Canary;

  constructor(private readonly options: ConsumerOptions) {
    this.#open();
    const { producer, slots, canaryEveryMs, outage } = options;
    const watched = {
      waiting: () => producer.waiting(),
      issue: () => producer.issue(0),
      signsOfLife: () => this.#signsOfLife,
      isOpen: () => this.#isReady && this.#running.size < slots,
      isAway: () => outage.isAway,
      wedged: () => {
        this.#wedged();
      },
    };
    this.#canary = new Canary(watched, canaryEveryMs);
  }

  /** Takes no more tickets and waits for the work that runs, at most `limitMs`. */
  async close(limitMs: number): Promise<void> {
    this.#closing = true;
    this.#canary.close();
    if (this.#reopening) clearTimeout(this.#reopening);
    this.#worker?.pause();
    await within(limitMs, Promise.all(this.#running)).catch(() => {
      this.options.log.warn('queue closed while work runs', { kind: this.options.kind, running: this.#running.size });
    });
    await this.#worker?.close();
  }

  #open(): void {
    const { backend, kind, slots, outage, producer } = this.options;
    const lost = (error: unknown) => {
      this.#replace(worker, error ?? new Error('the connection was closed'));
    };
    const worker = openWorker(backend, { kind, slots, processor: () => this.#take(), onLost: lost });
    this.#worker = worker;
    worker.ready.then(() => {
      if (worker !== this.#worker) return;
      this.#isReady = true;
      this.#signsOfLife += 1;
      // Whether it can be used is seen by using it: a server that is full lets everybody in.
      if (outage.isAway) void producer.issue(0);
    }, lost);
  }

  // A worker whose connection failed may stay deaf, or ask without a pause; a new one does neither.
  #replace(worker: TicketWorker, error: unknown): void {
    if (this.#closing || worker !== this.#worker) return;
    this.options.outage.failed(error);
    this.#discard(worker);
    this.#reopening = setTimeout(() => {
      this.#open();
    }, PAUSE_MS);
  }

  #discard(worker: TicketWorker): void {
    this.#worker = null;
    this.#isReady = false;
    void worker.close();
  }

  /** The queue answers, tickets wait, and BullMQ takes none, without an error: it must begin anew. */
  #wedged(): void {
    const { kind, log, deaf } = this.options;
    if (this.#closing || this.#worker === null) return;
    log.error('queue consumer went deaf', {
      kind,
      effect: 'a new one takes its place; the keeper starts work meanwhile',
    });
    this.#discard(this.#worker);
    this.#open();
    const now = performance.now();
    if (now - this.#deafAt < DEAF_AGAIN_MS) deaf();
    this.#deafAt = now;
  }

  // Tickets that a former worker took may still be working, so the slots are counted here as well.
  async #take(): Promise<void> {
    this.#signsOfLife += 1;
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
