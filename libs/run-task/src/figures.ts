/** How much there is to do in the whole installation, for whoever watches it: numbers alone, of no organization. */
export interface WorkFigures {
  /** Task results that wait to be evaluated; more than 300,000 are not counted. */
  readonly waiting: number;
  readonly inFlight: number;
  /** How long the oldest has waited; 0 when none waits. */
  readonly oldestWaitMs: number;
  /** Until the keeper writes the verdict of the task result whose deadline is nearest; null when all are decided. */
  readonly nearestDeadlineMs: number | null;
  /** Verdicts whose next attempt is due and that nobody is sending. */
  readonly deliveriesDue: number;
}

/** Reads the figures. Rejects when the store cannot be reached. */
export interface FiguresReader {
  workFigures(): Promise<WorkFigures>;
}
