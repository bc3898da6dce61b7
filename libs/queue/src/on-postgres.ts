import type { TicketKind } from '@rungate/run-task';
import { createPostgresBackend, withBackend } from 'bullmq';
import { Pool } from 'pg';
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
  const pool = calmPool(backend);
  const queue = new onPostgres.Queue(kind, { connection: pool, ...QUEUE });
  return producingEnd(queue, { onLost, drop: ending(pool) });
}

/** The consuming end. */
export function openPostgresWorker(
  backend: PostgresBackend,
  { kind, slots, processor, onLost }: WorkerEndOptions,
): TicketWorker {
  const pool = calmPool(backend);
  const worker = new onPostgres.Worker(kind, processor, { connection: pool, concurrency: slots, ...WORKER });
  return consumingEnd(worker, { onLost, drop: ending(pool) });
}

/**
 * A pool of ours, since BullMQ hears errors of the connection that it listens on only once it is open: a Postgres that stops
 * in that moment would end the process.
 */
function calmPool({ url }: PostgresBackend): Pool {
  const pool = new Pool({
    connectionString: url(),
    // Its statements name no schema.
    options: '-c search_path=bullmq',
    // Two for statements, one to listen on.
    max: 3,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
    keepAlive: true,
  });
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

// What is still under way ends by its own timeout.
function ending(pool: Pool): () => void {
  return () => {
    pool.end().catch(() => undefined);
  };
}
