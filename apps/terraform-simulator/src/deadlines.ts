import type { DeadlineProfile } from './run-options.js';

const MINUTE_MS = 60_000;

/** Spans of a profile, milliseconds, scaled. */
export interface DeadlineSpans {
  /** From the request, or with `rolling` from the last accepted `running`, to the next sign of life. */
  readonly progressWithinMs: number;
  /** From the request to the final callback. */
  readonly finalWithinMs: number;
}

/** 10 minutes without progress and 60 in all for `rolling`; 10 minutes for `fixed` (web-unified-docs PR #479; TFE docs). */
export function deadlineSpans(profile: DeadlineProfile, timeScale: number): DeadlineSpans {
  const finalMinutes = profile === 'rolling' ? 60 : 10;
  return { progressWithinMs: 10 * MINUTE_MS * timeScale, finalWithinMs: finalMinutes * MINUTE_MS * timeScale };
}

/** When a run's time is over, milliseconds since the epoch. */
export interface Deadlines {
  readonly progressBy: number;
  readonly finalBy: number;
}

/** The deadlines of a run task that starts now; milliseconds since the epoch, as all moments here. */
export function startDeadlines(now: number, spans: DeadlineSpans): Deadlines {
  const finalBy = now + spans.finalWithinMs;
  return { progressBy: Math.min(finalBy, now + spans.progressWithinMs), finalBy };
}

/** Progress moves the nearer deadline of `rolling`, never past the last one; nothing moves `fixed`. */
export function moveDeadlines(
  deadlines: Deadlines,
  { now, profile, spans }: { now: number; profile: DeadlineProfile; spans: DeadlineSpans },
): Deadlines {
  if (profile === 'fixed') return deadlines;
  return { ...deadlines, progressBy: Math.min(deadlines.finalBy, now + spans.progressWithinMs) };
}
