import { paths, type PortalPage } from '../paths.js';
import type { Me, Permission } from '../session/me.js';

/** A page that can be gone to, and the permission without which it shows nothing. */
export interface Place {
  readonly label: string;
  readonly href: string;
  readonly permission: Permission | null;
}

/** Where who is signed in can go. */
export function placesOf(me: Me): readonly Place[] {
  const places = me.organization === null ? PLATFORM : [...portalPlaces(me.organization), OPERATIONS];
  return places.filter(({ permission }) => permission === null || me.permissions.includes(permission));
}

/** Where who is signed in begins. */
export function homeOf(me: Me): string {
  return placesOf(me)[0]?.href ?? paths.settings;
}

/** The pages of an organization's portal. */
export function portalPlaces(slug: string): readonly Place[] {
  return PORTAL.map(({ page, label, permission }) => ({ label, permission, href: paths.portal(slug, page) }));
}

const OPERATIONS: Place = { label: 'Operations', href: paths.operations, permission: 'operations.read' };

const PLATFORM: readonly Place[] = [
  { label: 'Live', href: paths.live, permission: 'live.read' },
  { label: 'Runs', href: paths.runs, permission: 'task-results.read' },
  { label: 'Callbacks', href: paths.callbacks, permission: 'task-results.read' },
  OPERATIONS,
  { label: 'Organizations', href: paths.organizations, permission: 'organizations.read' },
  { label: 'Checks', href: paths.checks, permission: 'checks.read' },
  { label: 'System', href: paths.system, permission: 'system.read' },
  { label: 'Audit', href: paths.audit, permission: 'platform-audit.read' },
  { label: 'Settings', href: paths.settings, permission: null },
];

interface PortalPlace {
  readonly page: PortalPage;
  readonly label: string;
  readonly permission: Permission;
}

const PORTAL: readonly PortalPlace[] = [
  { page: 'results', label: 'Results', permission: 'task-results.read' },
  { page: 'setup', label: 'Setup', permission: 'setup.read' },
  { page: 'checks', label: 'Checks', permission: 'checks.read' },
  { page: 'keys', label: 'Keys', permission: 'run-tasks.read' },
  { page: 'members', label: 'Members', permission: 'members.read' },
  { page: 'sign-in', label: 'Sign-in', permission: 'sso.read' },
  { page: 'tokens', label: 'Tokens', permission: 'tokens.read' },
  { page: 'audit', label: 'Audit', permission: 'audit.read' },
];
