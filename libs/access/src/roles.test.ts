import {
  ORGANIZATION_ROLES,
  PERMISSIONS,
  PERMITTED,
  PLATFORM_ROLES,
  isWithin,
  permits,
  type Permission,
} from './index.js';

describe('roles', () => {
  it('let the bootstrap token take the first steps and read no payload', () => {
    const denied = PERMISSIONS.filter((permission) => !permits({ role: 'bootstrap' }, permission));
    expect(denied).toEqual(['organizations.allow-views', 'payload.read']);
  });

  it('keep what the platform decides from every role of an organization', () => {
    const platformOnly = [
      'organizations.create',
      'organizations.limits',
      'organizations.suspend',
      'organizations.pause',
      'organizations.view',
      'origins.write',
      'checks.lock',
      'task-results.answers',
      'task-results.resend',
      'live.read',
      'task-results.intervene',
      'system.read',
      'platform-quarantines.read',
      'platform-quarantines.lift',
      'platform-tokens.read',
      'platform-tokens.write',
      'platform-members.read',
      'platform-members.write',
      'platform-sso.read',
      'platform-sso.write',
      'platform-audit.read',
    ] as const;
    for (const role of ORGANIZATION_ROLES) {
      expect(platformOnly.filter((permission) => PERMITTED[role].has(permission))).toEqual([]);
    }
  });

  it('let only an owner and the bootstrap token make tokens of the platform', () => {
    const may = PLATFORM_ROLES.filter((role) => PERMITTED[role].has('platform-tokens.write'));
    expect(may).toEqual(['owner']);
  });

  it('let nobody decide who signs in but an owner, and an admin for his organization', () => {
    const may = (permission: Permission) =>
      [...PLATFORM_ROLES, ...ORGANIZATION_ROLES].filter((role) => PERMITTED[role].has(permission));
    expect([may('platform-sso.write'), may('sso.write')]).toEqual([['owner'], ['owner', 'admin']]);
  });

  it.each([
    ['viewer', 'editor', true],
    ['editor', 'admin', true],
    ['admin', 'editor', false],
    ['owner', 'bootstrap', false],
    ['operator', 'bootstrap', true],
    ['onboarder', 'operator', true],
    ['admin', 'bootstrap', true],
  ] as const)('%s is within %s: %s', (role, other, within) => {
    expect(isWithin(role, other)).toBe(within);
  });
});
