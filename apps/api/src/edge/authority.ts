import { isSteppedUp, permits, type Permission, type Principal } from '@rungate/access';
import type { FoundSession } from '@rungate/run-task';
import { ApiError } from '../errors.js';

/** @throws ApiError `forbidden` */
export function requirePermission(principal: Principal, permission: Permission): void {
  if (!permits(principal, permission)) throw new ApiError('forbidden', `This needs the permission ${permission}.`);
}

/** That a person proved lately who he is, where he can; a program shows what it is with each request. @throws ApiError `step_up_required` */
export function requireStepUp(session: FoundSession | null, now: Date): void {
  // Who came by a link of `rungate admin` has no provider to prove himself to; the session is short instead.
  if (session === null || session.holder.isByLink || isSteppedUp(session.steppedUpAt, now)) return;
  throw new ApiError('step_up_required', 'This needs a fresh proof of who you are: sign in again.');
}
