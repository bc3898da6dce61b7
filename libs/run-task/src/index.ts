/**
 * The domain of run tasks: no framework, no I/O, no clock, no environment.
 *
 * **organization**: a customer whose run tasks are answered. **run task**: one hook URL with its keys, its Terraform and
 * its checks. **hook**: the URL that a Terraform posts to. **HMAC key**: proves who posted. **request**: what it posted.
 * **task result**: one request that was stored, until its verdict has been delivered. **check plugin**: code that judges
 * a run. **check**: a plugin as one run task uses it. **finding**: one thing that a check found. **outcome**: a finding as
 * the caller shows it. **verdict**: `passed` or `failed`. **callback**: the answer to the caller. **delivery**: a callback
 * that must arrive. **attempt**: one try to send it. **breaker**: holds attempts back from a host that fails. **bulkhead**:
 * bounds how many are under way. **deadline**: when the caller stops listening. **lease**: the right to
 * work on a task result for some seconds. **epoch**: how often that right changed hands. **ticket**: "there is work". **assignment**:
 * the checks of one task result, given to the runner.
 *
 * docs/walkthrough.md follows one task result through all of it.
 */
export { RunTaskError, assertNever, type RunTaskErrorCode } from './errors.js';
export {
  CHECK_FAILURES,
  ISOLATION_LEVELS,
  SEVERITIES,
  type IsolationLevel,
  type Enforcement,
  type Severity,
  type Check,
  type Finding,
  type Report,
  type CheckFailure,
  type CheckEnd,
  type CheckStatus,
  type CheckResult,
} from './model/check.js';
export {
  STAGES,
  parseRequest,
  type Stage,
  type RunTaskRequest,
  type Grant,
  type RequestFacts,
  type ParsedRequest,
} from './model/request.js';
export {
  allowances,
  deadlinesFrom,
  deadlinesAfterProgress,
  defaultProfile,
  after,
  earlier,
  type DeadlineProfile,
  type Allowances,
  type Deadlines,
} from './model/deadline.js';
export { canonicalJson } from './model/canonical-json.js';
export {
  grantsOf,
  isOpenOrigin,
  originStateOf,
  type OpenOrigins,
  type OriginGrant,
  type OriginRecord,
  type OriginState,
} from './model/origin.js';
export { LIMITS } from './model/limits.js';
export type { RunFacts } from './model/run-facts.js';
export {
  CHANGE_ACTIONS,
  LISTED_CHANGES,
  LISTED_REFERENCES,
  type ChangeAction,
  type PlanChanges,
  type PlanReference,
  type PlannedChange,
} from './model/plan-changes.js';
export {
  isDeath,
  QUARANTINE_AFTER,
  QUARANTINE_FOR_ALL_AFTER,
  QUARANTINE_MS,
  quarantineOf,
  whyQuarantined,
  type Candidate,
  type Quarantine,
} from './model/quarantine.js';
export { lockViolations, weakenings, type Weakening } from './model/weakening.js';
export { misreadings, SIGNATURE_CAUSES, type Diagnosis, type SignatureCause, type Suspect } from './model/diagnosis.js';
export { hmacKey, isSignature, findSigner, DUMMY_KEY, type HmacKey } from './model/signature.js';
export {
  TASK_RESULT_STATES,
  transition,
  isDecided,
  type TaskResult,
  type TaskResultState,
  type TaskResultEvent,
  type TaskResultEventKind,
} from './model/task-result.js';
export {
  outcomesOf,
  sentenceOf,
  shown,
  type Outcome,
  type OutcomeTag,
  type OutcomeTags,
  type TagLevel,
} from './model/outcome.js';
export { progressMessage, verdictOf, verdictOfUnstarted, type Judgement, type Verdict } from './model/verdict.js';
export {
  CALLBACK_CONTENT_TYPE,
  callbackDocument,
  degraded,
  type CallbackDocument,
  type CallbackContent,
} from './model/callback.js';
export {
  classify,
  nextStep,
  describe,
  isLastAttempt,
  type CallbackAnswer,
  type NoAnswerCause,
  type AnswerClass,
  type NextStep,
  type AttemptHistory,
} from './model/retry.js';
export { EXPIRED, explainRefusal, REFUSAL_CLASSES, type Reason, type RefusalClass } from './model/undeliverable.js';
export { Bulkhead, type BulkheadLimits } from './model/bulkhead.js';
export { DELIVERY_SLOTS, Traffic, type Closures, type Destination, type HostChange } from './model/traffic.js';
export {
  plainText,
  plain,
  codeSpan,
  markdown,
  markdownBlocks,
  clip,
  csvLine,
  shownText,
  storable,
  type Csv,
  type Hcl,
  type Plain,
  type Markdown,
  type Shell,
} from './model/text.js';
export type {
  ConnectAnswer,
  ConnectChange,
  ConnectField,
  ConnectKey,
  ConnectRefusal,
  ConnectRequest,
  ConnectScope,
  TerraformConnector,
} from './setup/connect.js';
export { descriptionOf, type SetupChoice, type SetupFacts, type SetupScope } from './setup/kit.js';
export { curlKit } from './setup/curl-kit.js';
export { markdownKit } from './setup/markdown-kit.js';
export { terraformKit } from './setup/terraform-kit.js';
export type {
  Clock,
  Hook,
  NewTaskResult,
  RecordAnswer,
  Refusal,
  HookStore,
  Claimed,
  Forecast,
  HopelessTaskResult,
  Lease,
  Usage,
  DeliveryTurn,
  LateTaskResult,
  Backlog,
  KeyTurn,
  ScheduleStore,
  Evaluation,
  Decision,
  PendingDelivery,
  DeliveryStep,
  AttemptOutcome,
  TaskStore,
  DecideAnswer,
  TicketKind,
  Queue,
  FetchedPlan,
  PlanAnswer,
  PlanRequest,
  PlanSource,
  CallbackRequest,
  CallbackSender,
  Assignment,
  MaskedPlan,
  CheckRunner,
  Catalogue,
  Log,
  Ids,
} from './ports.js';
export type { AuditFilter, AuditPage, AuditReader, RecordedEvent } from './management/audit-reader.js';
export {
  CHANGE_KINDS,
  type ChangeFeed,
  type ChangeKind,
  type Changes,
  type RowChange,
} from './management/change-feed.js';
export {
  liveStep,
  type LiveBoard,
  type LiveFilter,
  type LiveNumbers,
  type LiveStep,
  type LiveTaskResult,
  type OrganizationLoad,
} from './management/live-board.js';
export {
  causeOf,
  groupCallbacks,
  type CallbackFilter,
  type CallbackGroup,
  type CallbackReader,
  type FailingCallback,
  type FailingCallbacks,
} from './management/callback-reader.js';
export {
  ITEM_STATES,
  OPERATION_KINDS,
  OPERATION_STATES,
  type EndedItem,
  type ItemPage,
  type ItemState,
  type NamedOperation,
  type NewOperation,
  type Operation,
  type OperationItem,
  type OperationKind,
  type OperationState,
  type OperationStore,
  type OperationTurn,
  type OperationWork,
  type TakenItem,
} from './management/operation-store.js';
export type { HostState, SystemReader, SystemState, WorkerAtWork } from './management/system-reader.js';
export type {
  Intervention,
  InterventionAnswer,
  InterventionRefusal,
  InterventionStore,
} from './management/intervention-store.js';
export { INPUT_LIMIT, type InputStore, type KeptInput, type NewReevaluation, type StoredRun } from './input-ports.js';
export type { Reevaluation, ReevaluationReader } from './management/reevaluation-reader.js';
export type { FiguresReader, WorkFigures } from './figures.js';
export type { CheckDeath, QuarantineStore, QuarantineWatch } from './quarantine-ports.js';
export type { AgedStep, AuditHead, AuditTrails, HeadSink, Purges, PurgeStep } from './upkeep.js';
export type { ConnectNote, ConnectStore } from './management/connect-store.js';
export type { QuarantineReader, ShownQuarantine } from './management/quarantine-reader.js';
export type { OriginStore, PutOrigin, PutOriginAnswer, StoredOrigin } from './management/origin-store.js';
export type { Actor, Scope, Expected, Change, PutAnswer } from './management/actor.js';
export type {
  PutOrganization,
  PutOrganizationAnswer,
  OrganizationSettings,
  Organization,
  OrganizationPage,
  OrganizationStore,
  DeleteOrganization,
  IntakePause,
} from './management/organization-store.js';
export type {
  TaskResultPage,
  TaskResultRows,
  TaskResultFilter,
  TaskResultFacets,
  PastTaskResult,
  FacetCount,
  ListedTaskResult,
  TaskResultSummary,
  RecordedAttempt,
  RecordedDelivery,
  TimelineEntry,
  StoredInput,
  TaskResultDetail,
  TaskResultReader,
  ToldVerdict,
} from './management/task-result-reader.js';
export type { Resend, ResendAnswer, ResendRefusal, ResendStore } from './management/resend-store.js';
export type { ApiToken, NewApiToken, TokenHolder, ApiTokenStore } from './management/api-token-store.js';
export type {
  LoginAttempt,
  SignInConnection,
  SignInStore,
  StoredClaimMatch,
  UsedLink,
} from './management/sign-in-store.js';
export type {
  EndedSession,
  FoundSession,
  NewSession,
  SessionHolder,
  SessionStore,
  SessionView,
  ShownSession,
} from './management/session-store.js';
export { VIEW_MS, type NewView, type View, type ViewStore } from './management/view-store.js';
export type {
  Arrival,
  ArrivalDecision,
  Member,
  MemberAnswer,
  MemberChange,
  MemberStore,
} from './management/member-store.js';
export {
  SAVED_VIEW_PAGES,
  type NewSavedView,
  type SavedView,
  type SavedViewOwner,
  type SavedViewPage,
  type SavedViewStore,
} from './management/saved-view-store.js';
export type { ConnectionStore, DesiredConnection, NewLink } from './management/connection-store.js';
export {
  ENVIRONMENT_CONNECTION,
  type ConnectionChange,
  type ConnectionSettings,
  type ConnectionTest,
  type DesiredSettings,
  type ManagedConnection,
  type ManagedConnectionStore,
  type MetadataToRead,
  type TestFinding,
} from './management/managed-connection-store.js';
export type {
  DomainClaim,
  DomainProof,
  DomainStore,
  DomainToLookAt,
  OrganizationDomain,
} from './management/domain-store.js';
export type { NewSetupLink, SetupLinkStore, SetupVisit } from './management/setup-link-store.js';
export type { AnswerStore, KeptAnswer, RepeatableRequest } from './management/answer-store.js';
export type {
  RunTaskSettings,
  RunTask,
  HmacKeyInfo,
  KeyRejection,
  PinRunTask,
  PutRunTask,
  PutRunTaskAnswer,
  RecordedRefusal,
  RefusalPage,
  RotateHmacKey,
  RotateHmacKeyAnswer,
  RunTaskStore,
} from './management/run-task-store.js';
export type { PutWhole, Difference, KnownRunTask, OnboardingStore } from './management/onboarding-store.js';
export { fails, judge, rank } from './model/judge.js';
export { matchesAnyGlob, matchesGlob } from './model/glob.js';
export { whyNotApplied, type NamePatterns, type When, type WhenFacts } from './model/when.js';
export { accept, type Accepted, type AcceptPorts, type ArrivedRequest, type UrlRule } from './flow/accept.js';
export { LEASE_MS, RENEW_EVERY_MS, claim, type FreeSlots } from './flow/claim.js';
export { evaluate, type Evaluated, type EvaluatePorts } from './flow/evaluate.js';
export { diagnoseRefusal, type Diagnosed, type RefusedRequest } from './flow/diagnose-refusal.js';
export { pendingChecks } from './flow/pending.js';
export { decision, lateDecision } from './flow/decision.js';
export { rehearse, type RehearsePorts, type Rehearsal, type Rehearsed } from './flow/rehearse.js';
export { reevaluate, type Reevaluated, type ReevaluatePorts, type ReevaluationRefusal } from './flow/reevaluate.js';
export { runFacts } from './flow/run-facts.js';
export {
  deadlineOf,
  deliver,
  deliverDue,
  deliverTurn,
  nextDelivery,
  type DeliverPorts,
  type Delivered,
} from './flow/deliver.js';
export { KEEP_EVERY_MS, keep, type KeepPorts, type Kept } from './flow/keep.js';
