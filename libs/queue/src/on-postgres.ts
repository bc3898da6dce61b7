import type { TicketKind } from '@rungate/run-task';
import { createPostgresBackend, withBackend } from 'bullmq';
import {
  consumingEnd,
  producingEnd,
  QUEUE,
  WORKER,
  type OnLost,
  type Tickets,
  type TicketWorker,
  type WorkerEndOptions,
} from './ends.js';

/** Tickets in the schema `bullmq` of a Postgres. */
export interface PostgresBackend {
  readonly kind: 'postgres';
  /** Connection string of the login `rungate_queue`, for now: a direct connection, BullMQ listens on it. */
  readonly url: () => string;
}

/** How long a connection or a statement may take before the queue counts as away. */
const PATIENCE_MS = 3_000;

const onPostgres = withBackend(createPostgresBackend);

/** The producing end; connects by itself. */
export function openPostgresTickets(backend: PostgresBackend, kind: TicketKind, onLost: OnLost): Tickets {
  const queue = new onPostgres.Queue(kind, { connection: connection(backend), ...QUEUE });
  return producingEnd(queue, { onLost, drop: nothing });
}

/** The consuming end. */
export function openPostgresWorker(
  backend: PostgresBackend,
  { kind, slots, processor, onLost }: WorkerEndOptions,
): TicketWorker {
  const options = { connection: connection(backend), concurrency: slots, ...WORKER };
  return consumingEnd(new onPostgres.Worker(kind, processor, options), { onLost, drop: nothing });
}

// Its statements end by their own timeout.
function nothing(): void {
  return;
}

// `migrate: false`: the login may use BullMQ's schema, not change it.
function connection({ url }: PostgresBackend): Record<string, unknown> {
  return {
    connectionString: url(),
    migrate: false,
    max: 2,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
  };
}
