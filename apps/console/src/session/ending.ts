import type { Me } from './me.js';

/** How a session ends, as it stands. */
export interface Ending {
  readonly session: NonNullable<Me['session']>;
  /** `idle`: unless its person does something; `absolute`: whatever is done. */
  readonly why: 'idle' | 'absolute';
  readonly leftMs: number;
  /** Whether it is time to say so. */
  readonly isNear: boolean;
  readonly isOver: boolean;
}

/** Ahead of the end of a session, ms. */
const AHEAD_MS = 120_000;

/** How old a proof may be, with a minute to enter something, ms. */
const PROOF_MS = 9 * 60_000;

/** Whether somebody proved a moment ago who he is; who came by a link of `rungate admin` has nobody to prove it to. */
export function isProofFresh({ steppedUpAt, isByLink }: Ending['session'], now: number): boolean {
  return isByLink || (steppedUpAt !== null && now - Date.parse(steppedUpAt) < PROOF_MS);
}

/** Which end comes first, and whether it is near. */
export function endingOf(session: Ending['session'], now: number): Ending {
  const [idle, absolute] = [Date.parse(session.idleEndsAt), Date.parse(session.endsAt)];
  const why = idle < absolute ? 'idle' : 'absolute';
  const leftMs = Math.min(idle, absolute) - now;
  return { session, why, leftMs, isNear: leftMs <= AHEAD_MS && leftMs > 0, isOver: leftMs <= 0 };
}
