import { isDecided } from '../../src/index.js';
import { type Row } from '../rows.js';

/** Whether anything is due for a keeper: something to claim, to decide, to deliver, to give up or to report. */
export function hasWork(rows: Iterable<Row>, now: Date): boolean {
  for (const row of rows) if (needsKeeping(row, now)) return true;
  return false;
}

function needsKeeping(row: Row, now: Date): boolean {
  const { taskResult } = row;
  if (taskResult.state === 'delivered' || taskResult.state === 'undeliverable') return false;
  if (isDecided(taskResult))
    return row.deliveries.some(
      ({ leasedUntil, nextAttemptAt, state }) =>
        state === 'due' && nextAttemptAt <= now && (leasedUntil === null || leasedUntil <= now),
    );
  const isHeld = taskResult.state === 'evaluating' && taskResult.leaseUntil > now;
  return !isHeld || row.decideAt <= now || row.progressDueAt <= now;
}
