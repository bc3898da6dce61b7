import type { Check, CheckResult } from './model/check.js';
import type { RequestFacts } from './model/request.js';
import type { Verdict } from './model/verdict.js';
import type { Actor } from './management/actor.js';
import type { MaskedPlan } from './ports.js';

/** Largest masked plan that is kept, compressed, bytes. */
export const INPUT_LIMIT = 8 * 1_024 * 1_024;

/** The masked plan of a task result, for the checks of another day. */
export interface KeptInput {
  readonly organizationId: string;
  readonly taskResultId: string;
  readonly plan: MaskedPlan;
}

/** A run that was judged, with what it takes to judge it again. */
export interface StoredRun {
  readonly facts: RequestFacts;
  /** What was called back; null: there is no verdict yet. */
  readonly verdict: Verdict | null;
  /** Of its run task as it is now. */
  readonly versionId: string;
  readonly checks: readonly Check[];
  readonly plan: { readonly kind: 'kept'; readonly gzip: Uint8Array } | { readonly kind: 'too_large' | 'none' };
}

/** What later checks said of a run. */
export interface NewReevaluation {
  readonly organizationId: string;
  readonly taskResultId: string;
  readonly operationId: string;
  readonly by: Actor;
  readonly reason: string;
  readonly versionId: string;
  readonly verdict: Verdict;
  readonly message: string;
  readonly results: readonly CheckResult[];
}

/** Masked plans that are kept, and what later checks made of them. */
export interface InputStore {
  /** Of one organization; of one that keeps none only what they change is written. What is there stays. */
  keep(organizationId: string, inputs: readonly KeptInput[]): Promise<void>;
  /** Null when the task result is no more, or its details are gone. */
  load(organizationId: string, taskResultId: string): Promise<StoredRun | null>;
  /** Once for an operation, with an audit event. */
  record(reevaluation: NewReevaluation): Promise<void>;
}
