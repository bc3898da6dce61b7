import type { Log, Queue, TicketKind } from '@rungate/run-task';
import type { QueueBackend } from './backend.js';
import { CANARY_EVERY_MS } from './canary.js';
import { Consumer, type Consumption } from './consumer.js';
import { QueueError } from './errors.js';
import { Outage } from './outage.js';
import { Producer } from './producer.js';
import { RedisInspection } from './redis-inspection.js';
import { redisTrouble } from './redis-trouble.js';

/** Where tickets lie. */
export interface QueueOptions {
  readonly backend: QueueBackend;
  readonly log: Log;
  /** Slots of all consumers together, as far as known: twice as many tickets of a kind may wait. */
  readonly slots?: number;
  /** Called when a consumer went deaf twice in five minutes: only a new process can help. */
  readonly deaf?: () => void;
  /** How often consumers are tried, milliseconds; 5,000 when absent. */
  readonly canaryEveryMs?: number;
}

/** The queue of one process: issues tickets, and consumes those it was told to. */
export interface TicketQueue extends Queue {
  /** Begins to take tickets of a kind; once per kind. */
  consume(kind: TicketKind, consumption: Consumption): void;
  /** How many tickets of a kind wait; rejects with `unavailable`. */
  waiting(kind: TicketKind): Promise<number>;
  /** Takes no more tickets, waits for running work at most `limitMs` (10 s), and lets go of every connection. */
  close(limitMs?: number): Promise<void>;
}

/** Slots that are assumed when nobody says. */
const USUAL_SLOTS = 16;

/** The queue on its backend; connects by itself, at once and after an outage, and never throws for want of it. */
export function createQueue({
  backend,
  log,
  slots = USUAL_SLOTS,
  deaf = () => undefined,
  canaryEveryMs = CANARY_EVERY_MS,
}: QueueOptions): TicketQueue {
  const outage = new Outage({
    log,
    describe: (error) => describeOutage(backend, error),
    onBack: () => inspection?.begin(),
  });
  const failed = (error: unknown) => {
    outage.failed(error);
  };
  const inspection = backend.kind === 'redis' ? new RedisInspection({ backend, log, failed }) : null;
  if (inspection) inspection.begin();
  else log.info('queue in Postgres', {});
  const consumers = new Map<TicketKind, Consumer>();
  const producers: Readonly<Record<TicketKind, Producer>> = {
    evaluate: new Producer({ kind: 'evaluate', backend, slots, outage }),
    deliver: new Producer({ kind: 'deliver', backend, slots, outage }),
  };
  return {
    issue: (kind, delayMs = 0) => producers[kind].issue(delayMs),
    waiting: (kind) => producers[kind].waiting(),
    consume: (kind, consumption) => {
      if (consumers.has(kind))
        throw new QueueError('bad_use', `Tickets "${kind}" are consumed already in this process.`);
      const producer = producers[kind];
      consumers.set(kind, new Consumer({ kind, backend, outage, log, producer, canaryEveryMs, deaf, ...consumption }));
    },
    close: async (limitMs = 10_000) => {
      inspection?.close();
      await Promise.all([...consumers.values()].map((consumer) => consumer.close(limitMs)));
      await Promise.all(Object.values(producers).map((producer) => producer.close()));
    },
  };
}

function describeOutage(backend: QueueBackend, error: unknown): Parameters<Log['warn']>[1] {
  if (backend.kind === 'redis') return { ...redisTrouble(backend, error) };
  return { reason: error instanceof Error ? error.message : String(error) };
}
