import type { CheckResult } from '../model/check.js';
import type { RequestFacts, Stage } from '../model/request.js';
import type { AnswerClass } from '../model/retry.js';
import type { TaskResultState } from '../model/task-result.js';
import type { Verdict } from '../model/verdict.js';
import type { Scope } from './actor.js';

/** Which task results a list asks for; an absent member does not restrict. */
export interface TaskResultFilter {
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
}

/** A task result as a list shows it. */
export interface TaskResultSummary {
  readonly id: string;
  /** Slug. */
  readonly organization: string;
  /** Name. */
  readonly runTask: string;
  readonly facts: RequestFacts;
  readonly state: TaskResultState;
  readonly verdict: Verdict | null;
  readonly message: string | null;
  readonly receivedAt: Date;
  readonly progressBy: Date;
  readonly finalBy: Date;
  readonly decidedAt: Date | null;
  readonly deliveredAt: Date | null;
  /** Why a delivery was given up, or presumed delivered; null otherwise. */
  readonly reason: string | null;
  /** When its details were removed by age: of those there are then no checks and no deliveries. Null while they are there. */
  readonly purgedAt: Date | null;
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

/** A task result with all that became of it. */
export interface TaskResultDetail extends TaskResultSummary {
  /** Of the key that verified its request. */
  readonly hmacKeyFingerprint: string;
  readonly checks: readonly CheckResult[];
  readonly deliveries: readonly RecordedDelivery[];
  readonly timeline: readonly TimelineEntry[];
}

/** Reads task results for people; nothing of it writes. */
export interface TaskResultReader {
  /** Newest first; `after` is the id of the last one of the page before. */
  list(scope: Scope, page: TaskResultPage): Promise<readonly TaskResultSummary[]>;
  find(scope: Scope, id: string): Promise<TaskResultDetail | null>;
}

/** Which task results a list asks for, and how many. */
export interface TaskResultPage {
  readonly filter: TaskResultFilter;
  readonly limit: number;
  readonly after: string | null;
}
