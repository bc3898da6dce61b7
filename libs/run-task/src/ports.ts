import type { Check, CheckEnd, CheckResult } from './model/check.js';
import type { CallbackDocument } from './model/callback.js';
import type { Allowances, DeadlineProfile, Deadlines } from './model/deadline.js';
import type { OriginRecord, OriginState } from './model/origin.js';
import type { PlanChanges } from './model/plan-changes.js';
import type { RunTaskRequest, Stage } from './model/request.js';
import type { RunFacts } from './model/run-facts.js';
import type { AnswerClass, CallbackAnswer } from './model/retry.js';
import type { Diagnosis, Suspect } from './model/diagnosis.js';
import type { HmacKey } from './model/signature.js';
import type { TaskResultState } from './model/task-result.js';
import type { Closures } from './model/traffic.js';
import type { Verdict } from './model/verdict.js';

// What must survive a crash is written in six commits, which the ports below name: D1 the task result is accepted,
// D2 claimed, D3 one of its checks has a result, D4 the verdict, D5 an attempt to deliver and its answer, D6 its end.

/** Now, by the clock of the database: processes may disagree with it, never with one another. */
export interface Clock {
  now(): Date;
}

// ---- accept ------------------------------------------------------------------------------------

/** A run task as its hook id finds it: what accept needs, and nothing else. */
export interface Hook {
  readonly hookId: string;
  readonly organizationId: string;
  readonly runTaskId: string;
  /** The version that will judge: immutable. */
  readonly versionId: string;
  /** `https://host[:port]`, the only origin that callbacks may go to. */
  readonly terraformOrigin: string;
  /** What is recorded of that origin for this organization; null: nothing. */
  readonly originState: OriginState | null;
  readonly deadlineProfile: DeadlineProfile;
  /** Suspended organizations are answered as unknown hooks are. */
  readonly suspended: boolean;
  /** Every active key; any of them may have signed. */
  readonly keys: readonly HmacKey[];
}

/** A task result to store: everything of the request but its token, which the store seals. */
export interface NewTaskResult {
  readonly id: string;
  readonly hook: Hook;
  readonly keyId: string;
  readonly request: RunTaskRequest;
  /** Hex SHA-256 of the raw body: tells a repeated delivery from one with another body. */
  readonly bodyHash: string;
  readonly allowances: Allowances;
}

/** What became of a task result that accept wanted stored. */
export type RecordAnswer =
  | { readonly kind: 'recorded' }
  /** The first delivery stays; `sameBody` false is worth an audit event. */
  | { readonly kind: 'duplicate'; readonly sameBody: boolean }
  /** The key was revoked or the organization suspended since the hook was read. */
  | { readonly kind: 'refused' }
  /** The run task or what is recorded of its origin changed since the hook was read: it is to be read again. */
  | { readonly kind: 'changed' }
  /** The organization holds as much undecided work as it may. */
  | { readonly kind: 'over_limit' };

/** A signed request that was not stored, kept so that a person can see why. */
export interface Refusal {
  readonly reason: 'not_json' | 'not_a_request' | 'callback_off_origin' | 'origin_not_approved';
  readonly detail: string;
}

/** Ingress' view of the store. Commits before it resolves; throws when it cannot commit. */
export interface HookStore {
  /** Good for recording alone, which says when it is no longer true; for whatever else ask `findHook`. */
  rememberedHook(hookId: string): Promise<Hook | null>;
  /** As it is, or was 2 s ago at most. */
  findHook(hookId: string): Promise<Hook | null>;
  /** D1. */
  recordTaskResult(taskResult: NewTaskResult): Promise<RecordAnswer>;
  noteRegistration(hook: Hook, keyId: string): Promise<void>;
  noteRefusal(hook: Hook, refusal: Refusal): Promise<void>;
  /** Keys of the organization that may have signed in vain: at most 50, those of the run task first. */
  findSuspects(hookId: string): Promise<readonly Suspect[]>;
  noteBadSignature(hook: Hook, diagnosis: Diagnosis, count: number): Promise<void>;
}

// ---- claim and keep: scheduling columns of all organizations, no findings -----------------------

/** The right to work on one task result until `expiresAt`; every write names its epoch. */
export interface Lease {
  readonly organizationId: string;
  readonly taskResultId: string;
  readonly epoch: number;
  /** How often it was claimed, this time included. */
  readonly attempt: number;
  readonly expiresAt: Date;
}

/** A lease as the claim gives it, with what its organization was charged in advance. */
export interface Claimed extends Lease {
  /** Milliseconds of a slot: what the latest task results of the organization used. */
  readonly chargedMs: number;
}

/** What a claimed task result used in the end, by the clock of its worker. */
export interface Usage {
  readonly organizationId: string;
  readonly chargedMs: number;
  /** Milliseconds for which it held its slot. */
  readonly usedMs: number;
}

/** A delivery that this process may attempt: the attempt is already written. */
export interface DeliveryTurn {
  readonly organizationId: string;
  readonly deliveryId: string;
  readonly attemptId: string;
}

/** A task result that needs a verdict now, whatever its checks do. */
export interface LateTaskResult {
  readonly organizationId: string;
  readonly taskResultId: string;
  readonly epoch: number;
  /** Nobody began it because the intake of its organization is paused; absent: it was not. */
  readonly isHeld?: boolean;
}

/** How much of its organization a task result waits for, and how fast that goes. */
export interface Forecast {
  /** Task results of the same organization that come before. */
  readonly before: number;
  /** How many of the organization started lately, a minute. */
  readonly perMinute: number;
}

/** A task result that waits and cannot start before its verdict is due. */
export interface HopelessTaskResult extends LateTaskResult {
  readonly forecast: Forecast;
}

/** Counts of obligations that nobody takes care of, as the keeper sees them. */
export interface Backlog {
  /** Accepted, or lost by a worker whose lease ran out. */
  readonly claimable: number;
  readonly deliverable: number;
}

/** Who works on what, over all organizations: no request, no findings, no token. */
export interface ScheduleStore {
  /**
   * D2. Takes up to `limit` task results that wait; each gets `epoch + 1` and a lease. Each is of the organization that had
   * least of the slots so far, by its weight, and is not at its cap; of one organization, earliest deadline first. `ended`
   * corrects what claims before were charged; it is forgotten when the call fails.
   */
  claim(worker: string, limit: number, ended?: readonly Usage[]): Promise<readonly Claimed[]>;
  /** Prolongs the leases of `worker`; resolves with the ids that are no longer its own. */
  renew(worker: string, leases: readonly Lease[]): Promise<readonly string[]>;
  /** Gives leases back at an orderly stop, so that others take over at once. */
  release(worker: string, leases: readonly Lease[]): Promise<void>;
  /** Takes up to `limit` deliveries that are due, earliest deadline first, and writes the attempt of each (D5). */
  claimDeliveries(limit: number, closures?: Closures): Promise<readonly DeliveryTurn[]>;
  /** Undecided task results whose verdict is due, of each organization in turn. */
  findLate(limit: number): Promise<readonly LateTaskResult[]>;
  /** What cannot start in time even at twice the pace that its organization had in twelve looks, one each `lookMs`, or more. */
  findHopeless(limit: number, lookMs: number): Promise<readonly HopelessTaskResult[]>;
  /** Task results under evaluation whose progress is due; each is returned once per period. */
  claimProgress(limit: number, nextAfterMs: number): Promise<readonly Lease[]>;
  /** Marks final deliveries whose deadline passed as undeliverable and erases their tokens; how many. */
  expireDeliveries(limit: number): Promise<number>;
  backlog(): Promise<Backlog>;
  /** Lets claims see again what became ready by time alone: lost leases, caps that were raised. To be called every second. */
  mendSchedule(): Promise<void>;
  /** Ends keys whose overlap is over, or keeps them longer while no request has used the newer key. */
  retireHmacKeys(limit: number): Promise<readonly KeyTurn[]>;
}

/** What became of a key whose overlap is over; `waiting` is longer kept already. */
export interface KeyTurn {
  readonly organizationId: string;
  readonly runTaskId: string;
  readonly fingerprint: string;
  readonly became: 'retired' | 'extended' | 'waiting';
}

// ---- evaluate and deliver: one organization at a time -------------------------------------------

/** What evaluate needs to know; the token is opened here and lives in memory only. */
export interface Evaluation {
  readonly lease: Lease;
  readonly organizationSlug: string;
  readonly runTaskId: string;
  readonly runTaskName: string;
  readonly stage: Stage;
  readonly request: RunTaskRequest;
  readonly terraformOrigin: string;
  /** The Terraform organization that the run task belongs to: the one of its first request, or as a person said. */
  readonly terraformOrganization: string;
  readonly downloadOrigins: readonly string[];
  /** What is recorded of these origins at this moment. */
  readonly originRecords: readonly OriginRecord[];
  readonly checks: readonly Check[];
  readonly onTimeout: Verdict;
  readonly deadlineProfile: DeadlineProfile;
  /** Checks that ended in an earlier attempt: not run again. */
  readonly finished: readonly CheckResult[];
  readonly receivedAt: Date;
  /** The last sign that its checks go on: the first claim, or a result that was saved since. */
  readonly steppedAt: Date;
  /** How often a worker lost it: its lease ran out before it was done, or given back. */
  readonly lapses: number;
  /** The check that ran alone when the last one lost it; null when none did. */
  readonly trying: string | null;
  /** Whether an operator wants the verdict now, whatever is judged by then. */
  readonly cutShort: boolean;
  readonly progressBy: Date;
  readonly finalBy: Date;
}

/** D4: everything that a verdict writes in one commit. */
export interface Decision {
  readonly verdict: Verdict;
  /** Plain text, at most 1,000 characters. */
  readonly message: string;
  readonly results: readonly CheckResult[];
  readonly callback: CallbackDocument;
}

/** A delivery to send now: where, with what, until when. */
export interface PendingDelivery {
  readonly organizationId: string;
  readonly deliveryId: string;
  readonly attemptId: string;
  readonly taskResultId: string;
  readonly kind: 'progress' | 'final';
  readonly callbackUrl: string;
  readonly terraformOrigin: string;
  /** What is recorded of that origin at this moment. */
  readonly originRecords: readonly OriginRecord[];
  readonly accessToken: string;
  readonly callback: CallbackDocument;
  /** When this attempt was to be made; it may start later. */
  readonly dueAt: Date;
  /** Classes of the attempts before this one, oldest first; one that was never finished is `unknown`, one that was held back does not count. */
  readonly earlier: readonly AnswerClass[];
  readonly deadlineProfile: DeadlineProfile;
  readonly progressBy: Date;
  readonly finalBy: Date;
}

/** What becomes of a delivery after an attempt. */
export type DeliveryStep =
  | { readonly kind: 'delivered'; readonly presumed: boolean }
  | { readonly kind: 'retry'; readonly at: Date; readonly callback?: CallbackDocument }
  | { readonly kind: 'undeliverable'; readonly reason: string };

/** What came of one attempt, and what follows from it. */
export interface AttemptOutcome {
  readonly answer: CallbackAnswer;
  readonly answerClass: AnswerClass;
  readonly durationMs: number;
  readonly step: DeliveryStep;
  /** The deadlines after an accepted `running`; null when they stay. */
  readonly deadlines: Deadlines | null;
}

/** The store as one organization sees it. Writes with an old epoch change nothing and say so. */
export interface TaskStore {
  /** Null when the lease is no longer valid. */
  loadEvaluation(lease: Lease): Promise<Evaluation | null>;
  /** D3. False when the lease is no longer valid. */
  saveCheckResults(lease: Lease, results: readonly CheckResult[]): Promise<boolean>;
  /** Notes that a check is about to run alone, so that its worker's end can be told to be its work. False as above. */
  tryAlone(lease: Lease, check: string): Promise<boolean>;
  /** D4, with the final delivery and its first attempt. Null when another verdict or epoch was first, or the delivery must wait. */
  decide(lease: Lease, decision: Decision): Promise<DecideAnswer>;
  /** The keeper's own verdict: raises the epoch, then as `loadEvaluation`. Null when it was decided meanwhile. */
  takeOver(late: LateTaskResult): Promise<Evaluation | null>;
  /** Writes a progress delivery with its first attempt. Null when a verdict is written or progress is being sent. */
  startProgress(lease: Lease, callback: CallbackDocument): Promise<DeliveryTurn | null>;
  loadDelivery(turn: DeliveryTurn): Promise<PendingDelivery | null>;
  /** D5, D6. When the delivery ended, the access token is erased in the same commit. */
  finishAttempt(delivery: PendingDelivery, outcome: AttemptOutcome): Promise<void>;
}

/** What became of a verdict that was to be written. */
export type DecideAnswer =
  /** Decided; the first attempt may be sent now. The deadlines are those of the moment of deciding. */
  | { readonly kind: 'decided'; readonly turn: DeliveryTurn; readonly progressBy: Date; readonly finalBy: Date }
  /** Decided; the delivery waits for a progress update that is being sent. */
  | { readonly kind: 'decided_later' }
  /** Another verdict or a newer epoch was first: nothing was written. */
  | { readonly kind: 'stale'; readonly state: TaskResultState | null };

// ---- the outside --------------------------------------------------------------------------------

/** Tickets: "there is work of this kind", never which. Losing one costs at most a second. */
export type TicketKind = 'evaluate' | 'deliver';

/** Issues tickets. */
export interface Queue {
  /** Never throws. False when the queue cannot be reached: then the keeper does the work itself. */
  issue(kind: TicketKind, delayMs?: number): Promise<boolean>;
}

/** A plan on disk, in a directory of its own. */
export interface FetchedPlan {
  readonly path: string;
  readonly bytes: number;
  /** Removes the file and its directory. Safe to call twice. */
  dispose(): Promise<void>;
}

/** A plan on disk, or why there is none. */
export type PlanAnswer =
  | { readonly kind: 'fetched'; readonly plan: FetchedPlan }
  /** `reason` is one sentence for a person, without URL or token. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Which plan to fetch, and from where it may come. */
export interface PlanRequest {
  readonly organizationId: string;
  readonly taskResultId: string;
  readonly url: string;
  readonly accessToken: string;
  readonly terraformOrigin: string;
  readonly downloadOrigins: readonly string[];
  readonly originRecords: readonly OriginRecord[];
}

/** Downloads plans. Never throws: what goes wrong is an answer. */
export interface PlanSource {
  fetchPlan(request: PlanRequest, signal: AbortSignal): Promise<PlanAnswer>;
}

/** One callback to send. */
export interface CallbackRequest {
  readonly organizationId: string;
  readonly url: string;
  readonly accessToken: string;
  readonly terraformOrigin: string;
  readonly originRecords: readonly OriginRecord[];
  readonly callback: CallbackDocument;
}

/** Sends one PATCH. Never throws: every failure is an answer. Ends within its total timer (15 s). */
export interface CallbackSender {
  send(request: CallbackRequest, signal: AbortSignal): Promise<CallbackAnswer>;
}

/** One task result for the runner: its checks run in order, each under its own limits. */
export interface Assignment {
  readonly organizationId: string;
  readonly taskResultId: string;
  readonly run: RunFacts;
  /** The raw plan; the runner masks it and removes it. Null when no check needs it. */
  readonly plan: FetchedPlan | null;
  readonly checks: readonly Check[];
  /**
   * Is given the masked plan once the last check has ended, when nobody waits for it any more. Not called at all when there
   * is none, or the sandbox ended before.
   */
  readonly masked?: (plan: MaskedPlan) => void;
}

/** A plan as its checks read it. */
export interface MaskedPlan {
  /** Null: larger than is kept. */
  readonly gzip: Uint8Array | null;
  /** Null: they could not be listed. */
  readonly changes: PlanChanges | null;
}

/** Runs the checks of one task result, apart from this process. */
export interface CheckRunner {
  /**
   * Runs the checks and calls `ended` once for each, in order. Never rejects: what goes wrong is a `CheckEnd`.
   * When `signal` aborts, the checks that have not ended are `errored` with `aborted`.
   */
  run(assignment: Assignment, ended: (end: CheckEnd) => void, signal: AbortSignal): Promise<void>;
}

/** What the platform knows of plugins without loading their code. */
export interface Catalogue {
  /** Whether a plugin of this name reads the plan; false for an unknown one. */
  needsPlan(use: string): boolean;
}

/** One line per moment of a task result; the sink adds time and process. */
export interface Log {
  info(moment: string, fields: Readonly<Record<string, string | number | boolean | null>>): void;
  warn(moment: string, fields: Readonly<Record<string, string | number | boolean | null>>): void;
  error(moment: string, fields: Readonly<Record<string, string | number | boolean | null>>): void;
}

/** Makes ids of rows: UUIDv7, so that they sort by time. */
export interface Ids {
  next(): string;
}
