import type { Permission } from '@rungate/access';
import type { Told } from './stage.js';

/** A page of the console: what it needs, and what can be done there. */
export interface ConsolePage {
  /** As the navigation calls it. */
  readonly label: string;
  readonly path: (told: Told) => string;
  readonly title: string | RegExp;
  /** Without it the page says that it may not be seen; null: everybody who is signed in sees it. */
  readonly permission: Permission | null;
  /** In whose navigation it stands: of the platform's people, of acme's, or of nobody. */
  readonly linked: 'platform' | 'acme' | 'both' | null;
  /** What it shows is of one plane alone: to others it is as if it were not there. */
  readonly of?: 'platform' | 'acme';
  readonly actions: readonly Action[];
}

/** What a page offers to those who may do it, and to nobody else. */
export interface Action {
  readonly name: string;
  readonly role: 'button' | 'combobox';
  readonly permission: Permission;
}

/** Titles that are not as the navigation calls the page. */
const PORTAL_TITLES: Readonly<Record<string, string>> = { keys: 'URL and keys', tokens: 'API tokens' };

/** Every page of the console, in the order of the navigation: the one table of who sees which, and may do what there. */
export const PAGES: readonly ConsolePage[] = [
  platform('Live', '/live', 'live.read'),
  platform('Runs', '/runs', 'task-results.read'),
  platform('Callbacks', '/callbacks', 'task-results.read'),
  {
    ...platform('Operations', '/operations', 'operations.read', [
      button('Re-evaluate many…', 'task-results.reevaluate'),
      button('Resend many…', 'task-results.resend'),
    ]),
    linked: 'both',
  },
  platform('Organizations', '/organizations', 'organizations.read', [
    button('New organization', 'organizations.create'),
  ]),
  platform('Checks', '/checks', 'checks.read'),
  platform('System', '/system', 'system.read'),
  platform('Audit', '/audit', 'platform-audit.read'),
  platform('Settings', '/settings', null),
  unlinked('Members of the platform', '/settings/members', 'platform-members.read', [
    button('Sign everybody out', 'platform-members.write'),
  ]),
  unlinked('Sign-in of the platform', '/settings/sign-in', 'platform-sso.read', [
    button('New OIDC connection', 'platform-sso.write'),
    button('New SAML connection', 'platform-sso.write'),
  ]),
  unlinked('Tokens of the platform', '/settings/tokens', 'platform-tokens.read', [
    button('Make a token', 'platform-tokens.write'),
  ]),
  unlinked('Run', ({ givenUp }) => `/runs/${givenUp}`, 'task-results.read', [
    button('Resend callback', 'task-results.resend'),
  ]),
  {
    ...unlinked('Operation', ({ operation }) => `/operations/${operation}`, 'operations.read', [
      button('Cancel', 'operations.write'),
    ]),
    of: 'platform',
  },
  {
    ...unlinked('Operation of acme', ({ operationOfAcme }) => `/operations/${operationOfAcme}`, 'operations.read', [
      button('Cancel', 'operations.write'),
    ]),
    of: 'acme',
  },
  unlinked('Organization', '/organizations/acme', 'organizations.read', [button('Suspend', 'organizations.suspend')]),
  portal('Results', 'results', 'task-results.read'),
  portal('Setup', 'setup', 'setup.read', [button('New run task', 'run-tasks.manage')]),
  portal('Checks', 'checks', 'checks.read', [{ name: 'Add a check', role: 'combobox', permission: 'run-tasks.write' }]),
  portal('Keys', 'keys', 'run-tasks.read', [
    button('Make a new key', 'hmac-keys.write'),
    button('Revoke now', 'hmac-keys.write'),
  ]),
  portal('Members', 'members', 'members.read', [button('Block', 'members.write')]),
  portal('Sign-in', 'sign-in', 'sso.read', [
    button('New OIDC connection', 'sso.write'),
    button('New SAML connection', 'sso.write'),
  ]),
  unlinked('Connection', ({ connection }) => `/o/acme/sign-in/${connection}`, 'sso.read', [
    button('Test it', 'sso.write'),
    button('Disable', 'sso.write'),
  ]),
  portal('Tokens', 'tokens', 'tokens.read', [button('Make a token', 'tokens.write')]),
  portal('Audit', 'audit', 'audit.read'),
  unlinked('Details', ({ failed }) => `/o/acme/results/${failed}`, 'task-results.read'),
];

function platform(
  label: string,
  path: string,
  permission: Permission | null,
  actions: readonly Action[] = [],
): ConsolePage {
  return { label, path: () => path, title: label, permission, linked: 'platform', actions };
}

function portal(label: string, page: string, permission: Permission, actions: readonly Action[] = []): ConsolePage {
  const path = `/o/acme/${page}`;
  return { label, path: () => path, title: PORTAL_TITLES[page] ?? label, permission, linked: 'acme', actions };
}

function unlinked(
  label: string,
  path: ConsolePage['path'] | string,
  permission: Permission,
  actions: readonly Action[] = [],
): ConsolePage {
  const pathOf = typeof path === 'string' ? () => path : path;
  return { label, path: pathOf, title: /./, permission, linked: null, actions };
}

function button(name: string, permission: Permission): Action {
  return { name, role: 'button', permission };
}
