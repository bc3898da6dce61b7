import { createPostgresBackend, withBackend, type Processor } from 'bullmq';
import type { TicketKind } from '@rungate/run-task';

/** Where tickets are kept. */
export interface QueueBackend {
  readonly kind: 'postgres';
  /** Connection string of the login `rungate_queue`: a direct connection, BullMQ listens on it. */
  readonly url: string;
}

/** How long a connection or a statement may take before the queue counts as away. */
const PATIENCE_MS = 3_000;
/** Wait before a consumer that lost its connection tries again. */
const RETRY_MS = 1_000;

const onPostgres = withBackend(createPostgresBackend);

/** The producing end of a queue of BullMQ. */
export type Tickets = Pick<InstanceType<typeof onPostgres.Queue>, 'add' | 'getWaitingCount' | 'on' | 'close'>;

/** The consuming end of a queue of BullMQ. */
export type TicketWorker = Pick<InstanceType<typeof onPostgres.Worker>, 'waitUntilReady' | 'on' | 'pause' | 'close'>;

/** The producing end of one kind's queue; connects by itself, and reports failures as `error` events. */
export function openTickets({ url }: QueueBackend, kind: TicketKind): Tickets {
  return new onPostgres.Queue(kind, {
    connection: { ...connection(url), max: 2 },
    // We build nothing on BullMQ's events, so they need no history.
    streams: { events: { maxLen: 10 } },
  });
}

/** The consuming end: runs `processor` for up to `slots` tickets at once. */
export function openWorker(
  { url }: QueueBackend,
  { kind, slots, processor }: { kind: TicketKind; slots: number; processor: Processor },
): TicketWorker {
  return new onPostgres.Worker(kind, processor, {
    connection: { ...connection(url), max: 2 },
    concurrency: slots,
    runRetryDelay: RETRY_MS,
    // BullMQ's verdict on a job is never ours: a ticket that stalls is simply taken again.
    maxStalledCount: 1_000_000,
  });
}

// `migrate: false`: the login may use BullMQ's schema, not change it.
function connection(url: string): Record<string, unknown> {
  return {
    connectionString: url,
    migrate: false,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
  };
}
