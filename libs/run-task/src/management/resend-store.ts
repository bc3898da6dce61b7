import type { Actor, Scope } from './actor.js';

/** A verdict that somebody wants sent again. */
export interface Resend {
  readonly scope: Scope;
  /** Ours, of the task result. */
  readonly id: string;
  readonly by: Actor;
}

/** What became of it. */
export type ResendAnswer =
  /** It is sent as soon as a worker takes it; `changed` false: it was about to be, or is being sent. */
  | { readonly kind: 'due'; readonly changed: boolean; readonly deadline: Date }
  | { readonly kind: 'refused'; readonly why: ResendRefusal };

/** Why a verdict is not sent again. */
export type ResendRefusal =
  /** There is no verdict yet. */
  | 'undecided'
  /** Terraform has it, or is presumed to: a final answer counts once. */
  | 'delivered'
  /** Its deadline has passed: Terraform no longer listens, and the token is gone. */
  | 'too_late';

/** Lets people send verdicts again. */
export interface ResendStore {
  /** Makes the final delivery of a task result due now, with an audit event; null when there is no such task result. */
  resend(resend: Resend): Promise<ResendAnswer | null>;
}
