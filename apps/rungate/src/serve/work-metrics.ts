import type { FiguresReader, WorkFigures } from '@rungate/run-task';
import type { Metrics } from '@rungate/telemetry';

const MS_PER_SECOND = 1_000;

/** Lets a process that works tell how much there is to do in the whole installation. */
export function watchWork(metrics: Metrics, figures: FiguresReader): void {
  const read = (pick: (figures: WorkFigures) => number | null) => async () => pick(await figures.workFigures());
  metrics.watch(
    'rungate_waiting',
    read(({ waiting }) => waiting),
  );
  metrics.watch(
    'rungate_in_flight',
    read(({ inFlight }) => inFlight),
  );
  metrics.watch(
    'rungate_oldest_wait_seconds',
    read(({ oldestWaitMs }) => oldestWaitMs / MS_PER_SECOND),
  );
  metrics.watch(
    'rungate_nearest_deadline_seconds',
    read(({ nearestDeadlineMs: ms }) => (ms === null ? null : ms / MS_PER_SECOND)),
  );
  metrics.watch(
    'rungate_deliveries_due',
    read(({ deliveriesDue }) => deliveriesDue),
  );
}
