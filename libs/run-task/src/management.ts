import type { Check, CheckResult } from './model/check.js';
import type { DeadlineProfile } from './model/deadline.js';
import type { RequestFacts, Stage } from './model/request.js';
import type { AnswerClass } from './model/retry.js';
import type { TaskResultState } from './model/task-result.js';
import type { Verdict } from './model/verdict.js';

/** What a PUT of an organization sets: the whole desired state, defaults filled in. */
export interface OrganizationSettings {
  readonly displayName: string;
  readonly tags: readonly string[];
  /** Share of the platform against other organizations, 1–100. */
  readonly weight: number;
  /** Task results evaluated at once; null: no limit of its own. */
  readonly maxInFlight: number | null;
  readonly retentionDays: number;
  readonly inputRetentionDays: number;
}

/** A stored organization. */
export interface Organization extends OrganizationSettings {
  readonly id: string;
  readonly slug: string;
  readonly state: 'active' | 'suspended';
  readonly createdAt: Date;
}

/** What a PUT of a run task sets, without its keys. */
export interface RunTaskSettings {
  readonly terraformOrigin: string;
  readonly downloadOrigins: readonly string[];
  readonly deadlineProfile: DeadlineProfile;
  readonly onTimeout: Verdict;
  readonly checks: readonly Check[];
}

/** A stored run task with its current version. */
export interface RunTask extends RunTaskSettings {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly hookId: string;
  readonly versionId: string;
  /** `verified` after a signed registration request, `active` after the first real one. */
  readonly state: 'created' | 'verified' | 'active' | 'suspended';
  readonly hmacKeys: readonly HmacKeyInfo[];
  readonly createdAt: Date;
}

/** A key as people may see it: never the secret. */
export interface HmacKeyInfo {
  readonly id: string;
  /** First 8 hex digits of SHA-256 of the key. */
  readonly fingerprint: string;
  readonly state: 'active' | 'retiring' | 'revoked';
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  /** When a retiring key stops, if a request has used the newer key by then. */
  readonly retiresAt: Date | null;
  /** When its overlap was over and had to be prolonged: no request had used the newer key. */
  readonly extendedAt: Date | null;
  readonly revokedAt: Date | null;
  readonly createdAt: Date;
}

/** `changed` names the fields that a PUT changed (or would change, on a dry run): empty when nothing did. */
export interface PutAnswer<T> {
  readonly kind: 'created' | 'unchanged' | 'changed';
  readonly changed: readonly string[];
  readonly stored: T;
}

/** Which organizations a list asks for. */
export interface OrganizationPage {
  readonly limit: number;
  /** Slug of the last organization of the page before. */
  readonly after: string | null;
  /** Substring of slug or display name. */
  readonly q: string | null;
  readonly tag: string | null;
}

/** The management API's view of organizations. */
export interface OrganizationStore {
  put(slug: string, settings: OrganizationSettings, dryRun: boolean): Promise<PutAnswer<Organization>>;
  find(slug: string): Promise<Organization | null>;
  /** In order of slug. */
  list(page: OrganizationPage): Promise<readonly Organization[]>;
  /** False when there is none. */
  suspend(slug: string): Promise<boolean>;
  resume(slug: string): Promise<boolean>;
}

/** The desired state of one run task, its key, and who asks. */
export interface PutRunTask {
  readonly organizationId: string;
  readonly name: string;
  readonly settings: RunTaskSettings;
  /**
   * The key that was given, or one made for a run task that does not exist yet. An absent key keeps the keys; one equal
   * to an active key changes nothing; another one becomes the newest, and the others retire after `overlapHours`.
   */
  readonly hmacKey: { readonly secret: string; readonly given: boolean };
  readonly overlapHours: number;
  /** Who, for the version's record. */
  readonly author: string;
  readonly dryRun: boolean;
}

/** What a PUT of a run task did, or why it did nothing. */
export type PutRunTaskAnswer =
  | (PutAnswer<RunTask> & { readonly rejected?: undefined })
  /** Another run task uses this key. */
  | { readonly rejected: 'key_in_use' };

/** The management API's view of run tasks. */
export interface RunTaskStore {
  put(desired: PutRunTask): Promise<PutRunTaskAnswer>;
  find(organizationId: string, name: string): Promise<RunTask | null>;
  /** In order of name. */
  list(organizationId: string, limit: number, after: string | null): Promise<readonly RunTask[]>;
}

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
}

/** One try to send a callback; null where no answer came, or none yet. */
export interface RecordedAttempt {
  readonly at: Date;
  readonly status: number | null;
  readonly answerClass: AnswerClass | null;
  readonly error: string | null;
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
  readonly checks: readonly CheckResult[];
  readonly deliveries: readonly RecordedDelivery[];
  readonly timeline: readonly TimelineEntry[];
}

/** Reads task results for people; nothing of it writes. */
export interface TaskResultReader {
  /** Newest first; `after` is the id of the last one of the page before. */
  list(filter: TaskResultFilter, limit: number, after: string | null): Promise<readonly TaskResultSummary[]>;
  find(id: string): Promise<TaskResultDetail | null>;
}
