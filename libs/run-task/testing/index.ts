/** Builders, in-memory stores and contract suites for tests of the domain and of its adapters. */
export { InMemoryChangeFeed } from './changes.js';
export { InMemoryLiveBoard } from './live-board.js';
export { InMemoryTaskResultReader } from './task-results.js';
export { InMemoryOperationStore } from './operations.js';
export { CountingIds, FixedClock } from './clock.js';
export { InMemoryAnswerStore } from './answers.js';
export { InMemoryApiTokenStore } from './api-tokens.js';
export { InMemoryManagedConnectionStore, InMemorySetupLinkStore } from './connections.js';
export { InMemoryDomainStore } from './domains.js';
export { InMemoryMemberStore, InMemorySessionStore, InMemorySignInStore } from './sign-in.js';
export { InMemoryViewStore } from './views.js';
export { InMemorySavedViewStore } from './saved-views.js';
export { InMemoryAuditReader, type StoredEvent } from './audit.js';
export {
  HOOK_SECRET,
  PLATFORM,
  TESTER,
  aCheck,
  aCheckResult,
  aFinding,
  aHook,
  aRequest,
  aRequestBody,
  reported,
} from './builders.js';
export { HOSTILE_TEXTS } from './hostile-texts.js';
export { InMemoryStore } from './in-memory-store.js';
export type { AttemptRow, DeliveryRow, Row, Version } from './rows.js';
export { InMemoryOriginStore } from './origins.js';
export { InMemoryResendStore } from './resends.js';
export { InMemoryOnboardingStore, InMemoryOrganizationStore, InMemoryRunTaskStore } from './management.js';
export { FakeQuarantineStore, FakeQuarantineWatch, InMemoryQuarantineReader } from './quarantines.js';
export { seededRandom } from './random.js';
export { describeStores } from './store-contract.js';
export type { Grants } from './in-memory-shares.js';
export { anOutcome } from './store-harness.js';
export type { RunTaskInTest, StoreHarness } from './store-harness.js';
export { FakeConnector, InMemoryConnectStore } from './connect.js';
export { DeletesFail, TemporaryPlans } from './rehearsals.js';
export type {
  AnsweredRequest,
  Outage,
  RecordedHistory,
  SeenCallback,
  SeenRun,
  StoredTaskResult,
  Writing,
} from './history.js';
export { INVARIANTS, violationsOf, type Invariant, type Violation } from './invariants.js';
