/** What a line of the burn-down is made of. */
export interface Burning {
  readonly id: string;
  readonly receivedAt: number;
  /** Deadline now, ms since 1970. */
  readonly deadline: number;
  /** What the deadline was, and when it was seen so; oldest first. */
  readonly seen: readonly Seen[];
}

/** A deadline as it was at a moment. */
export interface Seen {
  readonly at: number;
  readonly deadline: number;
}

/** Points of one line, 0 to 1 of the frame, `y` from above. */
export interface Line {
  readonly id: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly isAtRisk: boolean;
}

/** The picture: lines that fall to their deadline, and jump up again at each sign of life. */
export interface BurnDown {
  readonly lines: readonly Line[];
  /** Time left at the upper edge, ms. */
  readonly mostMs: number;
  /** Where "now" is, 0 to 1. */
  readonly nowAt: number;
  /** Where the band of those at risk begins, 0 to 1 from above. */
  readonly riskAt: number;
}

interface Options {
  readonly tasks: readonly Burning[];
  readonly now: number;
  readonly atRiskMs: number;
}

const LEAST_MS = 30_000;
/** Share of the frame that shows what was. */
const PAST = 0.4;
/** More lines than this tell nothing. */
const MOST_LINES = 300;

/** Lays the lines out: the past as it was seen, and from now on straight down to the deadline. */
export function burnDownOf({ tasks, now, atRiskMs }: Options): BurnDown {
  const mostMs = Math.max(LEAST_MS, ...tasks.map(({ deadline }) => deadline - now));
  const x = (at: number): number => clamp(PAST + ((at - now) / mostMs) * (1 - PAST));
  const y = (leftMs: number): number => clamp(1 - leftMs / mostMs);
  const earliest = now - (mostMs * PAST) / (1 - PAST);
  const lines = tasks.slice(0, MOST_LINES).map((task) => {
    const past = pastOf(task, earliest, now).map(({ at, leftMs }) => [x(at), y(leftMs)] as const);
    const points = [...past, [x(now), y(task.deadline - now)] as const, [x(task.deadline), 1] as const];
    return { id: task.id, points, isAtRisk: task.deadline - now < atRiskMs };
  });
  return { lines, mostMs, nowAt: PAST, riskAt: y(Math.min(atRiskMs, mostMs)) };
}

/** Two points for each time that the deadline was another: before it changed, and after. */
function pastOf({ seen, receivedAt }: Burning, earliest: number, now: number): { at: number; leftMs: number }[] {
  return seen.flatMap(({ at, deadline }, index) => {
    const from = Math.max(index === 0 ? receivedAt : at, earliest);
    const to = seen[index + 1]?.at ?? now;
    if (to <= from) return [];
    return [from, to].map((moment) => ({ at: moment, leftMs: deadline - moment }));
  });
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
