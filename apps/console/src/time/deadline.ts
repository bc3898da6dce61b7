import { clockText } from './duration-text.js';

/** How near a deadline is; `met`: what was owed was given before it. */
export type Urgency = 'calm' | 'near' | 'at-risk' | 'missed';

/** A deadline as it is shown: by text and shape, never by colour alone. */
export interface Remaining {
  readonly ms: number;
  readonly urgency: Urgency;
  /** `▮▮▮▯`, `⚠`, `✕` */
  readonly shape: string;
  /** `3:12 left`, `missed by 0:20` */
  readonly text: string;
}

/** Nearer than this, somebody may have to act. */
const AT_RISK_MS = 2 * 60_000;
const NEAR_MS = 5 * 60_000;
/** What four cells stand for: the longest that a Terraform waits without a sign of life. */
const FULL_MS = 10 * 60_000;
const CELLS = 4;

/** What is left until a deadline. */
export function remainingUntil(deadline: Date, now: Date): Remaining {
  const ms = deadline.getTime() - now.getTime();
  const urgency = urgencyOf(ms);
  const text = ms > 0 ? `${clockText(ms)} left` : `missed by ${clockText(-ms)}`;
  return { ms, urgency, shape: shapeOf(ms, urgency), text };
}

function urgencyOf(ms: number): Urgency {
  if (ms <= 0) return 'missed';
  if (ms < AT_RISK_MS) return 'at-risk';
  return ms < NEAR_MS ? 'near' : 'calm';
}

function shapeOf(ms: number, urgency: Urgency): string {
  if (urgency === 'missed') return '✕';
  const full = Math.min(CELLS, Math.max(1, Math.ceil((ms / FULL_MS) * CELLS)));
  const cells = '▮'.repeat(full) + '▯'.repeat(CELLS - full);
  return urgency === 'at-risk' ? `⚠ ${cells}` : cells;
}
