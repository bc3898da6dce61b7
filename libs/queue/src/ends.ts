import type { TicketKind } from '@rungate/run-task';
import type { Processor, Queue, Worker } from 'bullmq';
import { within } from './within.js';

/** Hears that the connection failed, or (null) merely ended, as idle ones may; it will not work again. */
export type OnLost = (error: Error | null) => void;

/** The producing end of a queue of BullMQ; methods may reject, and take as long as the backend is patient. */
export interface Tickets {
  /** Adds a ticket unless one with this id is there. */
  add(jobId: string, delayMs: number): Promise<void>;
  /** How many wait, delayed ones not counted. */
  waiting(): Promise<number>;
  /** Lets go of the connections; never rejects. */
  close(): Promise<void>;
}

/** Which tickets to take, and what to do then. */
export interface WorkerEndOptions {
  readonly kind: TicketKind;
  /** Tickets taken at once. */
  readonly slots: number;
  readonly processor: Processor;
  readonly onLost: OnLost;
}

/** The consuming end of a queue of BullMQ. */
export interface TicketWorker {
  /** Resolves when it takes tickets, rejects when it cannot. */
  readonly ready: Promise<void>;
  /** Takes no further ticket. */
  pause(): void;
  /** Lets go of the connections; never rejects. */
  close(): Promise<void>;
}

/** How long BullMQ may take to let go of its connections in order, in milliseconds. */
const LET_GO_MS = 1_000;

/** BullMQ's verdict on a job is never ours: nothing is tried again, and nothing is kept. */
const TICKET = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

/** Options of every worker of BullMQ that we open; a ticket that stalls is simply taken again, however often. */
export const WORKER = {
  /** Wait before a fetch that failed is made again, in milliseconds. */
  runRetryDelay: 1_000,
  maxStalledCount: 1_000_000,
} as const;

/** Options of every queue of BullMQ that we open: we build nothing on its events, so they need no history. */
export const QUEUE = { streams: { events: { maxLen: 10 } } } as const;

/** What both backends of BullMQ have in common. */
interface BullEnd {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'ioredis:close', listener: () => void): unknown;
  close(): Promise<void>;
}

type BullQueue = BullEnd & Pick<Queue, 'name' | 'add' | 'getWaitingCount'>;
type BullWorker = BullEnd & Pick<Worker, 'waitUntilReady' | 'pause'>;

/** `drop` ends the connections of a queue that does not do it in order. */
export function producingEnd(queue: BullQueue, { onLost, drop }: { onLost: OnLost; drop: () => void }): Tickets {
  queue.on('error', onLost);
  queue.on('ioredis:close', () => {
    onLost(null);
  });
  return {
    add: async (jobId, delayMs) => {
      await queue.add(queue.name, {}, { ...TICKET, jobId, ...(delayMs > 0 ? { delay: delayMs } : {}) });
    },
    waiting: () => queue.getWaitingCount(),
    close: () => letGo(queue.close(), drop),
  };
}

/** As `producingEnd`. Not by BullMQ's force, which leaves waits behind: it waits for its jobs, we do not. */
export function consumingEnd(worker: BullWorker, { onLost, drop }: { onLost: OnLost; drop: () => void }): TicketWorker {
  worker.on('error', (error) => {
    if (!VANISHED.test(error.message)) onLost(error);
  });
  worker.on('ioredis:close', () => {
    onLost(null);
  });
  return {
    ready: worker.waitUntilReady(),
    pause: () => {
      worker.pause(true).catch(() => undefined);
    },
    close: () => letGo(worker.close(), drop),
  };
}

/** BullMQ misses a ticket, or the lock on it, after the work that it began: the work is what counts. */
const VANISHED = /(Missing (lock|key)|Lock mismatch|could not renew lock) for job|is not in the \w+ state/i;

async function letGo(closed: Promise<void>, drop: () => void): Promise<void> {
  await within(LET_GO_MS, closed).catch(() => undefined);
  drop();
}
