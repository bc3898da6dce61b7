/** One try to send something, as it stands in the picture. */
export interface AttemptPoint {
  readonly at: number;
  /** 0 to 1 of the width. */
  readonly x: number;
  readonly lane: Lane;
  readonly label: string;
  readonly isTaken: boolean;
}

/** Where tries of one kind of answer stand, from above. */
export const LANES = ['no answer', '5xx', '4xx', '3xx', '2xx'] as const;
/** A kind of answer. */
export type Lane = (typeof LANES)[number];

interface Attempt {
  readonly at: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly what: string;
}

/** Lays tries out by when they were made, from `from` to `to`, and by what was answered. */
export function attemptPoints(attempts: readonly Attempt[], from: number, to: number): readonly AttemptPoint[] {
  const span = Math.max(1, to - from);
  return attempts.map(({ at, status, error, what }) => {
    const moment = Date.parse(at);
    const answer = status === null ? (error ?? 'no answer') : `HTTP ${status}`;
    return {
      at: moment,
      x: Math.min(1, Math.max(0, (moment - from) / span)),
      lane: laneOf(status),
      label: `${what}: ${answer}`,
      isTaken: status !== null && status < 300,
    };
  });
}

function laneOf(status: number | null): Lane {
  if (status === null) return 'no answer';
  if (status >= 500) return '5xx';
  if (status >= 400) return '4xx';
  return status >= 300 ? '3xx' : '2xx';
}
