import { isDecided } from '../../src/index.js';
import type { DeliveryRow, Row } from '../rows.js';

/** What a keeper would find: nothing, verdicts that wait to be sent, or anything else, which must not wait. */
export type Work = 'none' | 'deliveries' | 'urgent';

/** What is due for a keeper: something to claim, to decide, to deliver, to give up or to report. */
export function workOf(rows: Iterable<Row>, now: Date): Work {
  let work: Work = 'none';
  for (const row of rows) {
    if (row.taskResult.state === 'delivered' || row.taskResult.state === 'undeliverable') continue;
    if (!isDecided(row.taskResult)) {
      if (isUrgent(row, now)) return 'urgent';
    } else if (row.deliveries.some((delivery) => isDue(delivery, now))) work = 'deliveries';
  }
  return work;
}

function isUrgent({ taskResult, decideAt, progressDueAt }: Row, now: Date): boolean {
  const isHeld = taskResult.state === 'evaluating' && taskResult.leaseUntil > now;
  return !isHeld || decideAt <= now || progressDueAt <= now;
}

function isDue({ state, nextAttemptAt, leasedUntil }: DeliveryRow, now: Date): boolean {
  return state === 'due' && nextAttemptAt <= now && (leasedUntil === null || leasedUntil <= now);
}
