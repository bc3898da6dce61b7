import type { TaskResultBody, TaskResultDetailBody } from '@rungate/contract';

type Standing = Pick<TaskResultBody, 'state' | 'finalBy'>;

const INTERVENES = 'You need the permission task-results.intervene, which operators have.';

/** Why the verdict cannot be sent again; null when it can. */
export function resendHindrance({ state, finalBy }: Standing, now: Date, isPermitted: boolean): string | null {
  if (!isPermitted) return 'You need the permission task-results.resend, which operators have.';
  if (isUndecided(state)) return 'There is no verdict yet.';
  if (state === 'delivered') return 'Terraform has taken the verdict, which is final.';
  return Date.parse(finalBy) <= now.getTime() ? 'The deadline is over: Terraform no longer listens.' : null;
}

/** Why Terraform cannot be told that checks go on; null when it can. */
export function extensionHindrance({ state }: Pick<Standing, 'state'>, isPermitted: boolean): string | null {
  if (!isPermitted) return INTERVENES;
  if (!isUndecided(state)) return 'There is a verdict already.';
  return state === 'accepted' ? 'No worker has it yet: there is no progress to tell.' : null;
}

/** Why there can be no verdict now; null when there can. */
export function finishHindrance({ state }: Pick<Standing, 'state'>, isPermitted: boolean): string | null {
  if (!isPermitted) return INTERVENES;
  return isUndecided(state) ? null : 'There is a verdict already.';
}

/** Why it cannot be judged again; null when it can. */
export function reevaluationHindrance(
  { verdict, purgedAt, input }: Pick<TaskResultDetailBody, 'verdict' | 'purgedAt' | 'input'>,
  isPermitted: boolean,
): string | null {
  if (!isPermitted) return 'You need the permission task-results.reevaluate, which operators and editors have.';
  if (purgedAt !== null) return 'Its details were removed by age.';
  if (verdict === null) return 'There is no verdict yet.';
  if (input.state === 'too_large') return 'Its plan is larger than is kept.';
  return input.state === 'none' ? 'Its plan is not kept: no check read it, or its time is over.' : null;
}

function isUndecided(state: TaskResultBody['state']): boolean {
  return state === 'accepted' || state === 'evaluating' || state === 'waiting';
}
