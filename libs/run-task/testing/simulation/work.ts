import { isDecided } from '../../src/index.js';
import type { DeliveryRow, Row } from '../rows.js';

/** What a keeper would find: nothing, verdicts that may wait some seconds to be sent, or anything else, which must not wait. */
export type Work = 'none' | 'deliveries' | 'urgent';

const LAST_MS = 45_000;

/** What is due for a keeper: something to claim, to decide, to deliver, to give up or to report. */
export function workOf(rows: Iterable<Row>, now: Date): Work {
  let work: Work = 'none';
  for (const row of rows) {
    if (row.taskResult.state === 'delivered' || row.taskResult.state === 'undeliverable') continue;
    if (!isDecided(row.taskResult)) {
      if (isUrgent(row, now)) return 'urgent';
    } else if (row.deliveries.some((delivery) => isDue(delivery, now))) {
      if (isLast(row, now)) return 'urgent';
      work = 'deliveries';
    }
  }
  return work;
}

/** The last attempts are 10 seconds before the deadline, which the caller may have set some seconds earlier. */
function isLast({ progressBy, finalBy }: Row, now: Date): boolean {
  return Math.min(progressBy.getTime(), finalBy.getTime()) - now.getTime() <= LAST_MS;
}

function isUrgent({ taskResult, decideAt, progressDueAt }: Row, now: Date): boolean {
  const isHeld = taskResult.state === 'evaluating' && taskResult.leaseUntil > now;
  return !isHeld || decideAt <= now || progressDueAt <= now;
}

function isDue({ state, nextAttemptAt, leasedUntil }: DeliveryRow, now: Date): boolean {
  return state === 'due' && nextAttemptAt <= now && (leasedUntil === null || leasedUntil <= now);
}
