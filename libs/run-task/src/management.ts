import type { Check, CheckResult } from './model/check.js';
import type { DeadlineProfile } from './model/deadline.js';
import type { SignatureCause } from './model/diagnosis.js';
import type { OriginState } from './model/origin.js';
import type { RequestFacts, Stage } from './model/request.js';
import type { AnswerClass } from './model/retry.js';
import type { TaskResultState } from './model/task-result.js';
import type { Verdict } from './model/verdict.js';

/** Who asks for a change, as the audit trail remembers it. */
export interface Actor {
  readonly kind: 'bootstrap' | 'token' | 'system';
  /** Of the token; null when there is none. */
  readonly id: string | null;
  readonly name: string;
  readonly role: string;
  /** Where the request came from; null when it came from no network. */
  readonly address: string | null;
}

/** Whose rows a person or program sees: decides which login of the database reads them. */
export type Scope =
  | { readonly kind: 'platform' }
  /** Only the organizations that this partner made. */
  | { readonly kind: 'partner'; readonly managedBy: string }
  | { readonly kind: 'organization'; readonly organizationId: string };

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
  /** The partner that made it; null: the platform's own people. */
  readonly managedBy: string | null;
  /** Raised by every change of settings or state. */
  readonly revision: number;
  /** When everything of it is removed, unless it is resumed before; null: never. */
  readonly purgeAt: Date | null;
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
  /** The Terraform organization that alone may use it; null until its first request. */
  readonly terraformOrganization: string | null;
  /** Number of its version: raised by every change of its settings. */
  readonly revision: number;
  /** `verified` after a signed registration request, `active` after the first real one. */
  readonly state: 'created' | 'verified' | 'active' | 'suspended';
  /** What is recorded of its Terraform origin; null: nothing. */
  readonly originState: OriginState | null;
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

/** The revision that a PUT expects: null expects that there is none yet, absent expects nothing. */
export interface Expected {
  readonly revision?: number | null | undefined;
}

/** What a PUT is about to do, or would do. */
export interface Change<Settings> {
  /** Null: it is about to be created. */
  readonly before: Settings | null;
  readonly after: Settings;
  /** Fields that differ; `hmacKey` among them for a new key. */
  readonly changed: readonly string[];
}

/** The desired state of one organization, and who asks. */
export interface PutOrganization {
  readonly slug: string;
  readonly settings: OrganizationSettings;
  /** A partner changes only what is its own; what it makes becomes its own. */
  readonly scope: Scope;
  readonly expected: Expected;
  /** Asked before anything is written: throws what the change is refused with. */
  readonly allow: (change: Change<OrganizationSettings>) => void;
  readonly by: Actor;
  readonly dryRun: boolean;
}

/** What a PUT of an organization did, or why it did nothing. */
export type PutOrganizationAnswer =
  | (PutAnswer<Organization> & { readonly rejected?: undefined })
  /** Another partner's, or nobody's any more: not told apart. `stale`: another revision is stored. */
  | { readonly rejected: 'slug_taken' | 'stale' };

/** Who has an organization deleted, and when it is purged. */
export interface DeleteOrganization {
  readonly by: Actor;
  /** Days until nothing of it is left, 1 or more. */
  readonly graceDays: number;
}

/** The management API's view of organizations. */
export interface OrganizationStore {
  put(desired: PutOrganization): Promise<PutOrganizationAnswer>;
  find(scope: Scope, slug: string): Promise<Organization | null>;
  /** In order of slug. */
  list(scope: Scope, page: OrganizationPage): Promise<readonly Organization[]>;
  suspend(organization: Organization, by: Actor): Promise<Organization>;
  /** Suspends it, and has it purged after a grace time; a purge date that it has already stays. */
  delete(organization: Organization, asked: DeleteOrganization): Promise<Organization>;
  /** Also takes a purge date away. */
  resume(organization: Organization, by: Actor): Promise<Organization>;
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
  /** Origins among the settings that need approval: asked for, or approved at once where the one who asks may. */
  readonly guardedOrigins: { readonly origins: readonly string[]; readonly approve: boolean };
  readonly expected: Expected;
  /** Asked before the transaction ends: throws what the change is refused with. */
  readonly allow: (change: Change<RunTaskSettings>) => void;
  readonly by: Actor;
  /** Why, where a change needs one. */
  readonly reason: string | null;
  readonly dryRun: boolean;
}

/** What a PUT of a run task did, or why it did nothing. */
export type PutRunTaskAnswer =
  | (PutAnswer<RunTask> & { readonly rejected?: undefined })
  /** `over_limit`, `origins_over_limit`: the organization has as many as it may. */
  | { readonly rejected: KeyRejection | 'over_limit' | 'origins_over_limit' | 'stale' };

/** A new key for a run task, and who asks. */
export interface RotateHmacKey {
  readonly organizationId: string;
  readonly runTaskId: string;
  readonly secret: string;
  /** How long the keys before it stay valid; 0 revokes them at once. */
  readonly overlapHours: number;
  readonly by: Actor;
}

/** The keys after a rotation, the new one first; or why there was none. */
export type RotateHmacKeyAnswer =
  | { readonly key: HmacKeyInfo; readonly retiring: readonly HmacKeyInfo[]; readonly rejected?: undefined }
  | { readonly rejected: KeyRejection };

/**
 * `key_in_use`: another run task uses this key, or this one has it as its newest. `key_revoked`: it was one of this run
 * task's, and has ended. `too_many_keys`: that many count already.
 */
export type KeyRejection = 'key_in_use' | 'key_revoked' | 'too_many_keys';

/** Requests of one minute that a run task refused for one reason. */
export interface RecordedRefusal {
  readonly reason: 'bad_signature' | 'not_json' | 'not_a_request' | 'callback_off_origin' | 'origin_not_approved';
  /** Of a bad signature. */
  readonly cause: SignatureCause | null;
  readonly minute: Date;
  readonly count: number;
  /** Of the first one. */
  readonly detail: string;
}

/** Which refusals of a run task a list asks for. */
export interface RefusalPage {
  readonly organizationId: string;
  readonly runTaskId: string;
  readonly limit: number;
  /** Minute and reason of the last one of the page before. */
  readonly after: { readonly minute: Date; readonly reason: string } | null;
}

/** Which Terraform organization may use a run task, and who says so. */
export interface PinRunTask {
  readonly organizationId: string;
  readonly name: string;
  readonly terraformOrganization: string | null;
  readonly by: Actor;
}

/** The management API's view of run tasks. */
export interface RunTaskStore {
  put(desired: PutRunTask): Promise<PutRunTaskAnswer>;
  /** Makes a key the newest of its run task; the keys before it retire. */
  rotateHmacKey(rotation: RotateHmacKey): Promise<RotateHmacKeyAnswer>;
  /** Ends a key at once, everywhere. Null when the run task has none of this id. */
  revokeHmacKey(
    key: Omit<RotateHmacKey, 'secret' | 'overlapHours'> & { readonly id: string },
  ): Promise<HmacKeyInfo | null>;
  /** Newest first. */
  listRefusals(page: RefusalPage): Promise<readonly RecordedRefusal[]>;
  find(organizationId: string, name: string): Promise<RunTask | null>;
  /** In order of name. */
  list(organizationId: string, limit: number, after: string | null): Promise<readonly RunTask[]>;
  /** Says which Terraform organization may use a run task; null: that of the next request. Null when there is none. */
  pin(wanted: PinRunTask): Promise<RunTask | null>;
}

/** An organization and run tasks of it, as one line of a batch wants them. */
export interface PutWhole {
  readonly organization: PutOrganization;
  readonly runTasks: readonly Omit<PutRunTask, 'organizationId'>[];
}

/** How what is wanted differs from what is stored. */
export type Difference =
  /** There is no organization of that name that its sender may know of. */
  | { readonly kind: 'absent' }
  /** In the organization, in a run task or in a key: the PUTs say what it is. */
  | { readonly kind: 'different' }
  | { readonly kind: 'same'; readonly runTasks: readonly KnownRunTask[] };

/** What a batch tells of a run task that it left as it was. */
export interface KnownRunTask {
  readonly name: string;
  readonly hookId: string;
  /** Of the newest active key. */
  readonly fingerprint: string | null;
}

/** Many organizations with their run tasks: looked at together, made one by one. */
export interface OnboardingStore {
  /** In the order of what is wanted. */
  compare(wanted: readonly PutWhole[]): Promise<readonly Difference[]>;
  /**
   * Makes an organization with its run tasks, all or nothing. Null when it cannot be new: its slug or a key is in use, or
   * it has too many run tasks. The single PUTs say which.
   */
  create(wanted: PutWhole): Promise<readonly RunTask[] | null>;
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

/** An API token as people may see it. */
export interface ApiToken {
  readonly id: string;
  /** Null: of the platform. */
  readonly organizationId: string | null;
  readonly name: string;
  readonly role: string;
  readonly managedBy: string | null;
  /** Last four characters, to tell tokens apart. */
  readonly lastFour: string;
  /** Name of who made it. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
  readonly lastUsedFrom: string | null;
}

/** What a new API token is made of: its hash, never itself. */
export interface NewApiToken {
  /** Null: of the platform. */
  readonly organizationId: string | null;
  readonly name: string;
  readonly role: string;
  readonly managedBy: string | null;
  readonly hash: Uint8Array;
  readonly lastFour: string;
  readonly expiresInDays: number;
  readonly by: Actor;
}

/** A request that may be sent again: whose it is, and what it asks. */
export interface RepeatableRequest {
  /** Null: of a token of the platform. */
  readonly organizationId: string | null;
  /** SHA-256 of requester, address and key. */
  readonly id: Uint8Array;
  /** SHA-256 of its body. */
  readonly bodyHash: Uint8Array;
}

/** What was answered, without what is shown once. */
export interface KeptAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Answers under an Idempotency-Key, for a day. */
export interface AnswerStore {
  /** `new`: it is noted as under way, and must end in `keep` or `forget`. */
  begin(request: RepeatableRequest): Promise<KeptAnswer | 'new' | 'under_way' | 'other_body'>;
  keep(request: RepeatableRequest, answer: KeptAnswer): Promise<void>;
  /** Nothing was done: the next one is as the first. */
  forget(request: RepeatableRequest): Promise<void>;
}

/** Whose token it is that was shown. */
export interface TokenHolder {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly managedBy: string | null;
  /** Null: of the platform. */
  readonly organization: { readonly id: string; readonly slug: string } | null;
}

/** API tokens of the platform or of one organization; `organizationId` null is the platform. */
export interface ApiTokenStore {
  /** Null when no valid token has this hash; notes the use. */
  findHolder(hash: Uint8Array, address: string | null): Promise<TokenHolder | null>;
  /** `over_limit` when there are as many as there may be. */
  create(token: NewApiToken): Promise<ApiToken | 'over_limit'>;
  /** Those that are valid, newest first. */
  list(organizationId: string | null, limit: number, after: string | null): Promise<readonly ApiToken[]>;
  /** False when there is none. */
  revoke(organizationId: string | null, id: string, by: Actor): Promise<boolean>;
}
