import type { Check, CheckFailure, CheckResult } from './model/check.js';
import type { Candidate, Quarantine } from './model/quarantine.js';
import type { Evaluation } from './ports.js';

/** What keeps checks that end their processes from running. */
export interface QuarantineWatch {
  /** Why a check must not run now, one sentence; null when it may. */
  whyNot(evaluation: Evaluation, check: Check): string | null;
  /** Remembers checks that ended their processes. Never rejects. */
  died(evaluation: Evaluation, results: readonly CheckResult[]): Promise<void>;
}

/** A check that ended its process. */
export interface CheckDeath extends Candidate {
  readonly taskResultId: string;
  readonly failure: CheckFailure;
}

/** Where deaths are counted and quarantines kept. */
export interface QuarantineStore {
  /** Those that are neither over nor lifted. */
  active(): Promise<readonly Quarantine[]>;
  /** Notes deaths of one organization's checks. */
  noteDeaths(organizationId: string, deaths: readonly CheckDeath[]): Promise<void>;
  /** Quarantines what died too often, and forgets old deaths; resolves with the quarantines that are new. */
  impose(): Promise<readonly Quarantine[]>;
}
