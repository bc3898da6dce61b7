import type { Actor, Scope } from './actor.js';

/** What an operator wants done to one task result in flight. */
export interface Intervention {
  readonly scope: Scope;
  /** Ours, of the task result. */
  readonly id: string;
  readonly reason: string;
  readonly by: Actor;
}

/** What became of it; the keeper does the work within a second. */
export type InterventionAnswer =
  { readonly kind: 'accepted' } | { readonly kind: 'refused'; readonly why: InterventionRefusal };

/** Why nothing was done. */
export type InterventionRefusal =
  /** There is a verdict already. */
  | 'decided'
  /** No worker has it: there is nothing to say of its progress. */
  | 'not_started'
  /** Its Terraform moves no deadline, whatever is sent. */
  | 'fixed_deadline';

/** Lets operators act on one task result in flight; each time in the audit trail of its organization. */
export interface InterventionStore {
  /** Sends a `running` now, which moves the idle deadline. Null when there is no such task result. */
  extend(intervention: Intervention): Promise<InterventionAnswer | null>;
  /** Decides now as would be decided at the deadline: nobody passes by it who would not have passed then. */
  finish(intervention: Intervention): Promise<InterventionAnswer | null>;
}
