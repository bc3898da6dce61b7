import type { TaskResultBody } from '@rungate/contract';

/** Verdicts as people read them. */
export const VERDICT_NAMES: Readonly<Record<NonNullable<TaskResultBody['verdict']>, string>> = {
  passed: 'Passed',
  failed: 'Failed',
};

/** States as people read them. */
export const STATE_NAMES: Readonly<Record<TaskResultBody['state'], string>> = {
  accepted: 'Queued',
  evaluating: 'Evaluating',
  waiting: 'Waiting',
  decided: 'Delivering',
  delivered: 'Delivered',
  undeliverable: 'Undeliverable',
};

/** Stages of a run, in their order. */
export const STAGES = ['pre_plan', 'post_plan', 'pre_apply', 'post_apply'] as const;

/** Stages as Terraform's own pages write them. */
export const STAGE_NAMES: Readonly<Record<TaskResultBody['stage'], string>> = {
  pre_plan: 'Pre-plan',
  post_plan: 'Post-plan',
  pre_apply: 'Pre-apply',
  post_apply: 'Post-apply',
};

/** States in which a Terraform still waits for the verdict. */
export function isInFlight({ state }: Pick<TaskResultBody, 'state'>): boolean {
  return state !== 'delivered' && state !== 'undeliverable';
}
