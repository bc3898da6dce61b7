import { isSteppedUp, permits, type Permission, type Principal } from '@rungate/access';
import type { FoundSession } from '@rungate/run-task';
import { ApiError } from '../errors.js';

/** @throws ApiError `forbidden` */
export function requirePermission(principal: Principal, permission: Permission): void {
  if (!permits(principal, permission)) throw new ApiError('forbidden', `This needs the permission ${permission}.`);
}

/** That a person proved lately who he is, where he can; a program shows what it is with each request. @throws ApiError `step_up_required` */
export function requireStepUp(session: FoundSession | null, now: Date): void {
  if (session === null || isSteppedUp(session.steppedUpAt, now)) return;
  // Whoever came by a link has no provider to prove himself to.
  const how = session.holder.isByLink
    ? 'a one-time link is one for ten minutes. Have another one printed, by rungate admin login-link, or setup-url before the first owner'
    : 'sign in again';
  throw new ApiError('step_up_required', `This needs a fresh proof of who you are: ${how}.`);
}
