import { createQueue, type QueueBackend, type TicketQueue } from '../src/index.js';
import { RecordingLog } from './recording-log.js';
import { until } from './until.js';

/** A queue of one slot, whose consumer finds nothing due at every ticket. */
export interface WorkingQueue {
  readonly queue: TicketQueue;
  readonly log: RecordingLog;
  /** How often it was asked to work. */
  readonly worked: () => number;
}

/** Opens a queue and consumes its tickets "evaluate". */
export function openWorkingQueue(backend: QueueBackend): WorkingQueue {
  const log = new RecordingLog();
  const queue = createQueue({ backend, log, slots: 2 });
  let worked = 0;
  queue.consume('evaluate', {
    slots: 1,
    work: () => {
      worked += 1;
      return Promise.resolve(false);
    },
  });
  return { queue, log, worked: () => worked };
}

/** Issues tickets until one of them has been worked on from now on. */
export async function untilWorked({ queue, worked }: WorkingQueue): Promise<void> {
  const before = worked();
  await until(async () => (await queue.issue('evaluate')) && worked() > before);
}
