import { assertNever, type TicketKind } from '@rungate/run-task';
import type { OnLost, Tickets, TicketWorker, WorkerEndOptions } from './ends.js';
import { openPostgresTickets, openPostgresWorker, type PostgresBackend } from './on-postgres.js';
import { openRedisTickets, openRedisWorker } from './on-redis.js';
import type { RedisBackend } from './redis-clients.js';

/** Where tickets are kept. */
export type QueueBackend = PostgresBackend | RedisBackend;

/** The producing end of one kind's queue; connects by itself. */
export function openTickets(backend: QueueBackend, kind: TicketKind, onLost: OnLost): Tickets {
  switch (backend.kind) {
    case 'postgres':
      return openPostgresTickets(backend, kind, onLost);
    case 'redis':
      return openRedisTickets(backend, kind, onLost);
    default:
      return assertNever(backend);
  }
}

/** The consuming end: runs the processor for up to `slots` tickets at once. */
export function openWorker(backend: QueueBackend, options: WorkerEndOptions): TicketWorker {
  switch (backend.kind) {
    case 'postgres':
      return openPostgresWorker(backend, options);
    case 'redis':
      return openRedisWorker(backend, options);
    default:
      return assertNever(backend);
  }
}
