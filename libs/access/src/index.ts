/**
 * Who may do what. **principal**: who asks. **role**: what kind of principal. **permission**: one thing that a role may do;
 * each route of the management API names the one it needs, and so do some of its fields. **API token**: what a program
 * shows to be a principal.
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
export { permits, type Principal } from './principal.js';
export { API_TOKEN_BYTES, API_TOKEN_PREFIX, apiToken, apiTokenHash, isApiToken } from './api-token.js';
