/** How long a session lasts. */
export interface SessionLimits {
  /** Without a request, seconds. */
  readonly idleSeconds: number;
  /** In all, seconds. */
  readonly absoluteSeconds: number;
}

/** What a connection allows; null: as its plane. */
export interface SessionPolicy {
  readonly idleMinutes: number | null;
  readonly absoluteMinutes: number | null;
}

const HOUR = 3_600;
/** The platform's people can do more, so that their sessions end sooner. */
const LIMITS: Readonly<Record<'platform' | 'organization', SessionLimits>> = {
  platform: { idleSeconds: HOUR / 2, absoluteSeconds: 8 * HOUR },
  organization: { idleSeconds: 8 * HOUR, absoluteSeconds: 24 * HOUR },
};

/** A proof of who somebody is counts for so long, milliseconds: what needs one asks for a new one afterwards. */
const STEP_UP_MS = 10 * 60_000;

/** A connection shortens what its plane allows, and never prolongs it. */
export function sessionLimits(plane: 'platform' | 'organization', policy: SessionPolicy): SessionLimits {
  const { idleSeconds, absoluteSeconds } = LIMITS[plane];
  const absolute = Math.min(absoluteSeconds, (policy.absoluteMinutes ?? Infinity) * 60);
  return {
    idleSeconds: Math.min(idleSeconds, absolute, (policy.idleMinutes ?? Infinity) * 60),
    absoluteSeconds: absolute,
  };
}

/** Whether somebody proved a moment ago who he is. */
export function isSteppedUp(at: Date | null, now: Date): boolean {
  return at !== null && now.getTime() - at.getTime() <= STEP_UP_MS;
}
