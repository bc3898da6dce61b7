// Queue: BullMQ behind the domain's `Queue` port. The fast path, never the guarantee: every obligation is a row in
// Postgres, and the keeper finds what a lost ticket would have started.
// Vocabulary: a *ticket* is a BullMQ job that says "there is work of this kind (now, or after a delay)", never which;
// a *slot* is one place of a consumer; an *outage* lasts from the first failure to the next success.
export { createQueue, type TicketQueue, type QueueOptions } from './create-queue.js';
export { type QueueBackend } from './backend.js';
export { type PostgresBackend } from './on-postgres.js';
export { type RedisBackend, type RedisLogin, type RedisNode } from './redis-clients.js';
export { type Consumption } from './consumer.js';
export { QueueError, type QueueErrorCode } from './errors.js';
export { migrateQueue } from './migrate-queue.js';
