import type { TicketKind } from '@rungate/run-task';
import {
  createIORedisClient,
  QueueKeys,
  RedisConnection,
  RedisQueueBackend,
  withBackend,
  type QueueBaseOptions,
} from 'bullmq';
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
import { connectForCommands, connectForWaiting, type RedisBackend, type RedisClient } from './redis-clients.js';

/** Connections of one end; they are ours, so that we can end them whatever BullMQ does. */
interface Connections {
  readonly commands: RedisClient;
  readonly waiting: RedisClient | null;
}

/** The producing end; connects by itself. */
export function openRedisTickets(backend: RedisBackend, kind: TicketKind, onLost: OnLost): Tickets {
  const connection: Connections = { commands: connectForCommands(backend), waiting: null };
  const queue = new onRedis.Queue(kind, { connection, prefix: prefix(kind), ...QUEUE });
  return producingEnd(queue, { onLost, drop: dropping(connection) });
}

/** The consuming end. */
export function openRedisWorker(
  backend: RedisBackend,
  { kind, slots, processor, onLost }: WorkerEndOptions,
): TicketWorker {
  const waiting = connectForWaiting(backend);
  const connection: Connections = { commands: connectForCommands(backend), waiting };
  // BullMQ says nothing when this one ends, and then sleeps.
  waiting.on('close', () => {
    onLost(null);
  });
  const options = { connection, prefix: prefix(kind), concurrency: slots, ...WORKER };
  return consumingEnd(new onRedis.Worker(kind, processor, options), { onLost, drop: dropping(connection) });
}

/** One hash tag per queue: a cluster keeps each queue whole on one node, and may keep two queues apart. */
function prefix(name: string): string {
  return `{rungate-${name}}`;
}

/** Ends what BullMQ did not end. */
function dropping({ commands, waiting }: Connections): () => void {
  return () => {
    for (const client of [commands, waiting]) if (client && client.status !== 'end') client.disconnect();
  };
}

const onRedis = withBackend((name: string, options: QueueBaseOptions<Connections>) => {
  const { commands, waiting } = options.connection;
  const keys = new QueueKeys(prefix(name));
  return new RedisQueueBackend(
    bullConnection(commands, false),
    name,
    keys.getKeys(name),
    (type) => keys.toKey(name, type),
    options,
    waiting === null ? undefined : bullConnection(waiting, true),
  );
});

/** BullMQ would look at the version itself and print to the console; `inspectRedis` does it instead. */
function bullConnection(client: RedisClient, blocking: boolean): RedisConnection {
  const connection = new RedisConnection(createIORedisClient(client), { blocking, skipVersionCheck: true });
  connection.client.then(
    () => {
      connection.capabilities = CAPABILITIES;
    },
    () => undefined,
  );
  return connection;
}

/** Of every server since Redis 6: waits of a fraction of a second. */
const CAPABILITIES = { canDoubleTimeout: true, canBlockFor1Ms: false };
