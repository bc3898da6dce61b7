import type { CheckResult } from '../model/check.js';
import type { Verdict } from '../model/verdict.js';
import type { Scope } from './actor.js';

/** What later checks said of a task result. */
export interface Reevaluation {
  readonly id: string;
  readonly at: Date;
  readonly by: { readonly kind: string; readonly name: string };
  readonly reason: string;
  readonly operationId: string;
  /** Number of the run task's version whose checks judged. */
  readonly runTaskRevision: number;
  readonly verdict: Verdict;
  readonly message: string;
  /** Whether it is the verdict that was called back. */
  readonly isSame: boolean;
  readonly results: readonly CheckResult[];
}

/** Reads what later checks said. */
export interface ReevaluationReader {
  /** The newest first; null when there is no such task result. */
  list(scope: Scope, taskResultId: string, limit: number): Promise<readonly Reevaluation[] | null>;
}
