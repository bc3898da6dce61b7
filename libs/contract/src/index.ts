/**
 * Shapes of the management API. Each request, response and route is described here once; controllers, presenters,
 * clients and the OpenAPI document all come from it. **route**: one method and path with its shapes. **problem**: an
 * error as the API answers it (RFC 9457). **violation**: one fault in a request, named by its JSON pointer. **client**:
 * calls the API by its routes.
 */
export { readShape, type Reading } from './reading.js';
export { fieldPermissions } from './field-permissions.js';
export { RETENTION, type DesiredOrganization } from './organization.js';
export { problemShape, type Problem, type Violation } from './problem.js';
export { type Page } from './paging.js';
export { BATCH, batchLine, type BatchAnswer, type BatchLine } from './batch.js';
export {
  organizationSettings,
  type OrganizationBody,
  type OrganizationPut,
  type OrganizationPutBody,
} from './organization.js';
export {
  checkList,
  runTaskSettings,
  type CheckBody,
  type DesiredRunTask,
  type RunTaskBody,
  type RunTaskPut,
  type RunTaskPutBody,
} from './run-task.js';
export {
  HMAC_KEY_RULE,
  publicKey,
  type CreatedHmacKey,
  type HmacKeyBody,
  type KeyDelivery,
  type PublicKey,
  type RefusalBody,
} from './hmac-key.js';
export { REHEARSAL_BYTES, rehearsalFacts, type RehearsalFacts, type RehearsedBody, type Sample } from './rehearsal.js';
export { type ShownVerdictBody } from './run-page.js';
export { type SetupQuery } from './setup.js';
export { type ConnectBody, type ConnectedBody } from './connect.js';
export { type OriginBody, type OriginPut } from './origin.js';
export {
  type InterventionBody,
  type ListedTaskResultBody,
  type ResentBody,
  type TaskResultBody,
  type TaskResultDetailBody,
  type TaskResultFacetsBody,
  type WorkspaceHistoryBody,
} from './task-result.js';
export { type CallbackGroupsBody } from './callback.js';
export { type PlanChangesBody } from './plan-changes.js';
export { type ReevaluationsBody } from './reevaluation.js';
export { type LiveBoardBody, type LiveLoadBody } from './live.js';
export { type NewOperationBody, type OperationBody, type OperationItemBody } from './operation.js';
export { type SystemBody } from './system.js';
export { LIVE_EVENT_NAMES, liveEvent, type LiveEventBody, type StreamEnd } from './live-event.js';
export { type PlatformQuarantineBody, type QuarantineBody } from './quarantine.js';
export { type AuditEventBody, type AuditExportQuery } from './audit.js';
export { type MemberBody, type PlatformMemberBody, type SessionBody } from './member.js';
export {
  type PlatformSsoConnectionBody,
  type PlatformSsoSettingsBody,
  type PortalLinkBody,
  type SsoConnectionBody,
  type SsoSettingsBody,
  type SsoTestBody,
  platformSsoSettings,
  ssoMetadata,
  ssoSettings,
} from './sso-connection.js';
export { type DomainBody, type DomainCheckBody } from './domain.js';
export { SSO_SETUP_PATHS, ssoSetup, type SsoSetupBody } from './sso-setup.js';
export { type ViewBody } from './view.js';
export { SAVED_VIEW_FILTERS, type SavedViewBody } from './saved-view.js';
export { type MeBody, type PlatformTokenBody, type TokenBody } from './token.js';
export {
  discoverAnswer,
  discoverBody,
  linkBody,
  SIGN_IN_PATHS,
  SIGN_IN_PROBLEMS,
  signInAnswer,
  signInOptions,
  type DiscoverAnswer,
  type SignInAnswer,
  type SignInOptions,
  type SignInProblem,
} from './sign-in.js';
export { type CheckPluginBody } from './check-plugin.js';
export { API_PREFIX, NDJSON, nothing, REQUEST_ID_HEADER, type Route } from './routes/route.js';
export { routes } from './routes.js';
export { rolesReference } from './roles-reference.js';
export { openApiDocument } from './openapi.js';
export { ManagementApiError, type ApiErrorCode } from './client/api-error.js';
export { ManagementClient, type Answered, type HttpRequest, type Send } from './client/management-client.js';
