import type { Permission } from './permission.js';
import { PERMITTED } from './roles.js';

/** Never seen by somebody of the platform who views an organization, whatever its viewers come to see. */
const NEVER_VIEWED: ReadonlySet<Permission> = new Set<Permission>([
  'payload.read',
  'task-results.answers',
  'task-results.export',
  'hmac-keys.write',
  'setup.read',
  'tokens.read',
  'members.read',
  'sso.read',
  'audit.read',
]);

/** What somebody of the platform may ask who views an organization: what its viewers may, and no more. */
export const VIEWED: ReadonlySet<Permission> = new Set(
  [...PERMITTED.viewer].filter((permission) => !NEVER_VIEWED.has(permission)),
);
