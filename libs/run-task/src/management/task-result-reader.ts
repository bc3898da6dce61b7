import type { CallbackDocument } from '../model/callback.js';
import type { CheckResult, Severity } from '../model/check.js';
import type { PlanChanges } from '../model/plan-changes.js';
import type { RequestFacts, Stage } from '../model/request.js';
import type { AnswerClass } from '../model/retry.js';
import type { TaskResultState } from '../model/task-result.js';
import type { Verdict } from '../model/verdict.js';
import type { Scope } from './actor.js';

/** Which task results a list asks for; an absent member does not restrict. */
export interface TaskResultFilter {
  /** Ours. */
  readonly id?: string | undefined;
  readonly organization?: string | undefined;
  readonly runTask?: string | undefined;
  readonly runId?: string | undefined;
  readonly taskResultId?: string | undefined;
  readonly workspace?: string | undefined;
  readonly state?: TaskResultState | undefined;
  readonly verdict?: Verdict | undefined;
  readonly stage?: Stage | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** As the caller says it. */
  readonly enforcement?: string | undefined;
  /** Why its verdict does not arrive, as `causeOf` names it. */
  readonly cause?: string | undefined;
  /** What a check found, by the name of its rule. */
  readonly rule?: string | undefined;
  /** Part of an id of the caller's, of the workspace's name or of the message; or the name of a rule. */
  readonly q?: string | undefined;
}

/** A task result as a list shows it. */
export interface TaskResultSummary {
  readonly id: string;
  /** Slug. */
  readonly organization: string;
  /** Name. */
  readonly runTask: string;
  readonly facts: RequestFacts;
  /** Of its run task, when it was accepted. */
  readonly terraformOrigin: string;
  readonly state: TaskResultState;
  readonly verdict: Verdict | null;
  readonly message: string | null;
  readonly receivedAt: Date;
  /** When a worker took it first. */
  readonly startedAt: Date | null;
  readonly progressBy: Date;
  readonly finalBy: Date;
  readonly decidedAt: Date | null;
  readonly deliveredAt: Date | null;
  /** Why a delivery was given up, or presumed delivered; null otherwise. */
  readonly reason: string | null;
  /** When its details were removed by age: of those there are then no checks and no deliveries. Null while they are there. */
  readonly purgedAt: Date | null;
}

/** A task result in a list, with how much was found, of each severity; of checks that only watch nothing counts. */
export interface ListedTaskResult extends TaskResultSummary {
  readonly findings: Readonly<Partial<Record<Severity, number>>>;
}

/** How many task results there are of each kind, the most first. */
export interface TaskResultFacets {
  readonly state: readonly FacetCount[];
  readonly verdict: readonly FacetCount[];
  readonly stage: readonly FacetCount[];
  readonly organization: readonly FacetCount[];
  readonly runTask: readonly FacetCount[];
  /** Whether older ones were not counted. */
  readonly isCut: boolean;
}

/** How many have this value. */
export interface FacetCount {
  readonly value: string;
  readonly count: number;
}

/** A task result of a workspace, as its history shows it. */
export interface PastTaskResult {
  readonly id: string;
  readonly runId: string;
  readonly runTask: string;
  readonly stage: Stage;
  readonly verdict: Verdict;
  readonly state: TaskResultState;
  readonly receivedAt: Date;
}

/** One try to send a callback; null where no answer came, or none yet. */
export interface RecordedAttempt {
  readonly at: Date;
  readonly status: number | null;
  readonly answerClass: AnswerClass | null;
  readonly error: string | null;
  /** What the other side said, redacted; null also for those of an organization, who do not see it. */
  readonly answer: string | null;
  readonly durationMs: number | null;
}

/** A callback with every attempt, oldest first. */
export interface RecordedDelivery {
  readonly kind: 'progress' | 'final';
  readonly state: 'due' | 'delivered' | 'undeliverable';
  readonly attempts: readonly RecordedAttempt[];
}

/** One moment in the life of a task result, in words. */
export interface TimelineEntry {
  readonly at: Date;
  readonly event: string;
}

/** Whether the masked plan is kept, and until when. */
export interface StoredInput {
  readonly state: 'kept' | 'too_large' | 'none';
  readonly keptUntil: Date | null;
}

/** A task result with all that became of it. */
export interface TaskResultDetail extends TaskResultSummary {
  readonly input: StoredInput;
  /** Of the key that verified its request. */
  readonly hmacKeyFingerprint: string;
  readonly checks: readonly CheckResult[];
  readonly deliveries: readonly RecordedDelivery[];
  readonly timeline: readonly TimelineEntry[];
}

/** The verdict as its Terraform was told it, or is about to be. */
export interface ToldVerdict {
  readonly stage: Stage;
  readonly enforcementLevel: string;
  readonly callback: CallbackDocument;
}

/** Reads task results for people; nothing of it writes. */
export interface TaskResultReader {
  list(scope: Scope, page: TaskResultPage): Promise<TaskResultRows>;
  find(scope: Scope, id: string): Promise<TaskResultDetail | null>;
  /** Null also while there is no verdict, and once what was told is removed by age. */
  told(scope: Scope, id: string): Promise<ToldVerdict | null>;
  /** The newest of the same workspace that have ended, newest first; null when there is no such task result. */
  history(scope: Scope, id: string, limit: number): Promise<readonly PastTaskResult[] | null>;
  /** What its plan changes: `none` where no check read it; null when there is no such task result. */
  planChanges(scope: Scope, id: string): Promise<PlanChanges | 'none' | null>;
  /** Each kind is counted as if nothing was asked of it, among the newest ones. */
  facets(scope: Scope, filter: TaskResultFilter): Promise<TaskResultFacets>;
}

/** Which task results a list asks for, and how many. */
export interface TaskResultPage {
  readonly filter: TaskResultFilter;
  readonly order: 'newest_first' | 'oldest_first';
  readonly limit: number;
  /** The id of the last one of the page before. */
  readonly after: string | null;
}

/** One page, in its order. */
export interface TaskResultRows {
  readonly rows: readonly ListedTaskResult[];
  /** Up to which id was searched when that is not to the end: a search looks at a part at a time. */
  readonly searchedTo: string | null;
}
