/**
 * Who may do what. **principal**: who asks. **role**: what kind of principal. **permission**: one thing that a role may do;
 * each route of the management API names the one it needs, and so do some of its fields. **API token**: what a program
 * shows to be a principal. **claims**: what an identity provider says of a person. **admission**: whether that person is let
 * in, and as what. **step-up**: a fresh proof of who somebody is. **view**: an organization's pages, seen by somebody of the
 * platform as its viewers see them.
 */
export { PERMISSIONS, type Permission } from './permission.js';
export {
  ORGANIZATION_ROLES,
  PERMITTED,
  PLATFORM_ROLES,
  isWithin,
  type OrganizationRole,
  type PlatformRole,
  type Role,
} from './roles.js';
export { VIEWED } from './view.js';
export { permits, type Credential, type Principal } from './principal.js';
export {
  claimAt,
  isGuest,
  matchesClaim,
  mergedClaims,
  type AttributeMap,
  type ClaimMatch,
  type Claims,
} from './claims.js';
export {
  admit,
  type Admission,
  type AdmissionPolicy,
  type AdmissionRefusal,
  type KnownMember,
  type MemberRole,
  type RoleOrigin,
  type RoleRule,
} from './admission.js';
export { isEntraForEverybody, isPublicIssuer } from './issuers.js';
export { isSteppedUp, sessionLimits, type SessionLimits, type SessionPolicy } from './session-limits.js';
export { API_TOKEN_BYTES, API_TOKEN_PREFIX, apiToken, apiTokenHash, isApiToken } from './api-token.js';
