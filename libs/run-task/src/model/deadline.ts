/**
 * When HCP Terraform or TFE gives up on a task result.
 * `rolling`: 10 minutes without an accepted `running`, 60 minutes in all (HCP Terraform since 2025-06, TFE docs from v202507-1).
 * `fixed`: 10 minutes, whatever is sent (older TFE).
 * Source: HashiCorp, "Run tasks integration API", web-unified-docs PR #479.
 */
export type DeadlineProfile = 'rolling' | 'fixed';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Every span that follows from a profile, milliseconds, already scaled. */
export interface Allowances {
  readonly profile: DeadlineProfile;
  /** From one accepted `running` (or the request) to the next. */
  readonly progressWithinMs: number;
  /** From the request to the final answer. */
  readonly finalWithinMs: number;
  /** How long before the nearest deadline the keeper decides: never spent by checks. */
  readonly reserveMs: number;
  /** From the request to the first `running`, when the checks are not done by then. */
  readonly firstProgressMs: number;
  /** Between later ones, before jitter. */
  readonly nextProgressMs: number;
  /** How long before the deadline the last two callback attempts start. */
  readonly lastAttemptsMs: readonly [number, number];
}

/** @param scale `RUNGATE_TIME_SCALE`: 1 except in development. */
export function allowances(profile: DeadlineProfile, scale = 1): Allowances {
  const total = profile === 'rolling' ? 60 * MINUTE : 10 * MINUTE;
  return {
    profile,
    progressWithinMs: 10 * MINUTE * scale,
    finalWithinMs: total * scale,
    reserveMs: 75 * SECOND * scale,
    firstProgressMs: 15 * SECOND * scale,
    nextProgressMs: 3 * MINUTE * scale,
    lastAttemptsMs: [30 * SECOND * scale, 10 * SECOND * scale],
  };
}

/** The moments of one task result. */
export interface Deadlines {
  readonly progressBy: Date;
  readonly finalBy: Date;
  /** When the keeper decides, whatever the checks do. */
  readonly decideAt: Date;
}

/** The moments of a task result that was received just now. */
export function deadlinesFrom(receivedAt: Date, span: Allowances): Deadlines {
  const finalBy = after(receivedAt, span.finalWithinMs);
  return withDecideAt(earlier(after(receivedAt, span.progressWithinMs), finalBy), finalBy, span);
}

/** What an accepted `running` moves: the idle deadline of `rolling`, never past the final one; nothing for `fixed`. */
export function deadlinesAfterProgress(
  acceptedAt: Date,
  current: Pick<Deadlines, 'progressBy' | 'finalBy'>,
  span: Allowances,
): Deadlines {
  const progressBy =
    span.profile === 'rolling'
      ? earlier(after(acceptedAt, span.progressWithinMs), current.finalBy)
      : current.progressBy;
  return withDecideAt(progressBy, current.finalBy, span);
}

/** The profile for an origin when nobody chose one: HCP Terraform rolls, a TFE may be old. */
export function defaultProfile(terraformOrigin: string): DeadlineProfile {
  const { hostname } = new URL(terraformOrigin);
  return hostname.endsWith('.terraform.io') ? 'rolling' : 'fixed';
}

function withDecideAt(progressBy: Date, finalBy: Date, span: Allowances): Deadlines {
  return { progressBy, finalBy, decideAt: after(earlier(progressBy, finalBy), -span.reserveMs) };
}

/** `ms` milliseconds after a moment; before it when negative. */
export function after(moment: Date, ms: number): Date {
  return new Date(moment.getTime() + ms);
}

/** The earlier of two moments. */
export function earlier(a: Date, b: Date): Date {
  return a.getTime() <= b.getTime() ? a : b;
}
