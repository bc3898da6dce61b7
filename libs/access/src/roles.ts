import { PERMISSIONS, type Permission } from './permission.js';

/** Roles of the operator's staff and programs, over all organizations. */
export const PLATFORM_ROLES = ['owner', 'operator', 'onboarder', 'support', 'auditor'] as const;
/** A role over all organizations. */
export type PlatformRole = (typeof PLATFORM_ROLES)[number];

/** Roles inside one organization. */
export const ORGANIZATION_ROLES = ['admin', 'editor', 'viewer'] as const;
/** A role inside one organization. */
export type OrganizationRole = (typeof ORGANIZATION_ROLES)[number];

/** Every role that a principal can have; `bootstrap` is that of the token of the first steps. */
export type Role = PlatformRole | OrganizationRole | 'bootstrap';

const READS_METADATA = [
  'organizations.read',
  'run-tasks.read',
  'setup.read',
  'checks.read',
  'task-results.read',
  'quarantines.read',
] as const satisfies readonly Permission[];

const ONBOARDS = [
  'organizations.read',
  'organizations.write',
  'organizations.create',
  'organizations.limits',
  'run-tasks.read',
  'run-tasks.write',
  'run-tasks.manage',
  'run-tasks.test',
  'run-tasks.connect',
  'hmac-keys.write',
  'setup.read',
  'checks.read',
  'checks.enforce',
] as const satisfies readonly Permission[];

const OPERATES = [
  ...ONBOARDS,
  'organizations.suspend',
  'organizations.pause',
  'organizations.view',
  'origins.read',
  'origins.write',
  'checks.lock',
  'task-results.read',
  'task-results.answers',
  'task-results.export',
  'live.read',
  'task-results.intervene',
  'system.read',
  'operations.read',
  'operations.write',
  'task-results.resend',
  'task-results.reevaluate',
  'tokens.read',
  'members.read',
  'sso.read',
  'portal-links.write',
  'platform-sso.read',
  'audit.read',
  'platform-audit.read',
  'quarantines.read',
  'quarantines.lift',
  'platform-quarantines.read',
  'platform-quarantines.lift',
] as const satisfies readonly Permission[];

/** What an organization decides against the platform. */
const OWN_DECISIONS: ReadonlySet<Permission> = new Set<Permission>(['organizations.allow-views']);
const DECIDED_BY_PLATFORM = PERMISSIONS.filter((permission) => !OWN_DECISIONS.has(permission));

const EDITS = [
  ...READS_METADATA,
  'task-results.export',
  'task-results.reevaluate',
  'operations.read',
  'operations.write',
  'run-tasks.write',
  'run-tasks.test',
] as const satisfies readonly Permission[];

/** What each role may do: the one place that says so. A permission that is added later is nobody's until it stands here. */
export const PERMITTED: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: new Set(DECIDED_BY_PLATFORM),
  operator: new Set<Permission>(OPERATES),
  // Of a partner: it sees and changes only the organizations that it made.
  onboarder: new Set<Permission>(ONBOARDS),
  support: new Set<Permission>([
    ...READS_METADATA,
    'organizations.view',
    'live.read',
    'system.read',
    'operations.read',
  ]),
  auditor: new Set<Permission>([
    'operations.read',
    'organizations.read',
    'run-tasks.read',
    'origins.read',
    'checks.read',
    'tokens.read',
    'platform-tokens.read',
    'members.read',
    'platform-members.read',
    'sso.read',
    'platform-sso.read',
    'quarantines.read',
    'platform-quarantines.read',
    'audit.read',
    'platform-audit.read',
  ]),
  admin: new Set<Permission>([
    ...EDITS,
    'organizations.write',
    'organizations.allow-views',
    'run-tasks.manage',
    'run-tasks.connect',
    'hmac-keys.write',
    'origins.read',
    'checks.enforce',
    'quarantines.lift',
    'tokens.read',
    'tokens.write',
    'members.read',
    'members.write',
    'sso.read',
    'sso.write',
    'portal-links.write',
    'audit.read',
  ]),
  editor: new Set<Permission>(EDITS),
  viewer: new Set<Permission>([
    'organizations.read',
    'run-tasks.read',
    'checks.read',
    'task-results.read',
    'quarantines.read',
  ]),
  // The first steps: everything but payloads, which need a person who signed in.
  bootstrap: new Set(DECIDED_BY_PLATFORM.filter((permission) => permission !== 'payload.read')),
};

/**
 * Whether a role may do nothing that another may not: nobody hands out more than he has. What only an organization decides
 * does not count: the platform's owner makes it its first admin all the same.
 */
export function isWithin(role: Role, other: Role): boolean {
  return [...PERMITTED[role]].every((permission) => PERMITTED[other].has(permission) || OWN_DECISIONS.has(permission));
}
