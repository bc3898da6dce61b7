import { permits, type Principal } from '@rungate/access';
import { lockViolations, weakenings, type Change, type RunTaskSettings, type Weakening } from '@rungate/run-task';
import { ApiError, invalid } from '../errors.js';

/**
 * Whether somebody may change the checks of a run task like this: what the platform locked stays, and what protects is
 * weakened only by who may, and says why.
 * @throws ApiError `forbidden`, `invalid`.
 */
export function allowChecks(principal: Principal, change: Change<RunTaskSettings>, reason: string | null): void {
  const before = change.before?.checks ?? [];
  const locked = permits(principal, 'checks.lock') ? [] : lockViolations(before, change.after.checks);
  if (locked.length > 0) throw new ApiError('forbidden', 'The request changes what the platform locked.', locked);
  const weakened = [...weakenings(before, change.after.checks), ...passingTimeout(change)];
  if (weakened.length === 0) return;
  if (!permits(principal, 'checks.enforce')) {
    throw new ApiError('forbidden', 'To weaken a mandatory check needs the permission checks.enforce.', weakened);
  }
  // The platform's people answer for themselves elsewhere; an organization's say why.
  if (principal.kind === 'organization' && reason === null) {
    const detail = 'Is missing: say why a mandatory check is weakened.';
    throw invalid([{ pointer: '/query/reason', detail }, ...weakened]);
  }
}

function passingTimeout({ before, after }: Change<RunTaskSettings>): readonly Weakening[] {
  if (before?.onTimeout !== 'failed' || after.onTimeout === 'failed') return [];
  return [{ pointer: '/onTimeout', detail: 'Would let a run pass whose checks never started.' }];
}
