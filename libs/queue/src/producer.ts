import { randomInt, randomUUID } from 'node:crypto';
import type { TicketKind } from '@rungate/run-task';
import { openTickets, type QueueBackend } from './backend.js';
import type { Tickets } from './ends.js';
import { QueueError } from './errors.js';
import type { Outage } from './outage.js';
import { within } from './within.js';

/** How long an issuer waits at most, in milliseconds. */
const ISSUE_LIMIT_MS = 1_000;
/** How long a count of waiting tickets is believed. */
const COUNT_LIFE_MS = 100;
/** Delayed tickets of one slice of time are interchangeable. */
const SLICE_MS = 100;

/** Which tickets to issue, and how many may wait. */
export interface ProducerOptions {
  readonly kind: TicketKind;
  readonly backend: QueueBackend;
  /** Slots that tickets of this kind wake, in all processes together. */
  readonly slots: number;
  readonly outage: Outage;
}

/** Issues the tickets of one kind: at most twice the slots wait, and a queue that is away costs nobody time. */
export class Producer {
  #tickets: Tickets | null = null;
  #count: Promise<number> | null = null;
  #countedAt = Number.NEGATIVE_INFINITY;
  #issuedSince = 0;
  #closed = false;

  constructor(private readonly options: ProducerOptions) {}

  /** Never rejects. False when the queue is away: then the keeper does the work itself. */
  async issue(delayMs: number): Promise<boolean> {
    const { outage } = this.options;
    if (this.#closed || outage.isFresh) return false;
    try {
      await within(ISSUE_LIMIT_MS, delayMs > 0 ? this.#issueLater(delayMs) : this.#issueNow());
      outage.succeeded();
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  /** How many tickets wait now. */
  async waiting(): Promise<number> {
    try {
      // No sign that an outage is over: a server that is full can still be read.
      return await within(ISSUE_LIMIT_MS, this.#open().waiting());
    } catch (error) {
      this.#fail(error);
      throw new QueueError('unavailable', 'The queue does not answer; see the log line "queue away".', {
        cause: error,
      });
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#discard();
  }

  async #issueNow(): Promise<void> {
    if (await this.#takePlace()) await this.#open().add(randomUUID(), 0);
  }

  // An id per slice and slot bounds what a thousand retries at the same time leave in the queue; a second ticket with
  // the same id is dropped by BullMQ, and the slice is always in the future, so its ticket has not been taken yet.
  async #issueLater(delayMs: number): Promise<void> {
    const slice = Math.ceil((Date.now() + delayMs) / SLICE_MS) + 1;
    const jobId = `due-${slice}-${randomInt(this.options.slots)}`;
    await this.#open().add(jobId, slice * SLICE_MS - Date.now());
  }

  // A count that is a moment old, plus what was issued since: exact enough, and one query per 100 ms.
  async #takePlace(): Promise<boolean> {
    if (performance.now() - this.#countedAt > COUNT_LIFE_MS || !this.#count) {
      this.#countedAt = performance.now();
      this.#issuedSince = 0;
      this.#count = this.#open().waiting();
    }
    const waiting = await this.#count;
    if (waiting + this.#issuedSince >= 2 * this.options.slots) return false;
    this.#issuedSince += 1;
    return true;
  }

  #open(): Tickets {
    if (this.#tickets) return this.#tickets;
    const { backend, kind } = this.options;
    const tickets = openTickets(backend, kind, (error) => {
      if (tickets !== this.#tickets) return;
      if (error) this.#fail(error);
      else void this.#discard();
    });
    this.#tickets = tickets;
    return tickets;
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    this.options.outage.failed(error);
    void this.#discard();
  }

  // BullMQ remembers a connection that failed at its start for ever, so the next ticket begins with a new one.
  async #discard(): Promise<void> {
    const tickets = this.#tickets;
    this.#tickets = null;
    this.#count = null;
    await tickets?.close();
  }
}
