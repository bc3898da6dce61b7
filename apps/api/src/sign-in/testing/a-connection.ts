import type { DesiredConnection } from '@rungate/run-task';

/** An active connection that names only what matters. */
export function aConnection(
  changes: Pick<DesiredConnection, 'id' | 'organizationId' | 'issuer'> & Partial<DesiredConnection>,
): DesiredConnection {
  return {
    type: 'oidc',
    name: 'Example',
    status: 'active',
    development: false,
    clientId: changes.id,
    clientSecret: null,
    scopes: ['openid', 'email'],
    signInUrl: null,
    certificates: [],
    privateRanges: [],
    caBundle: null,
    attributeMap: {},
    requiredClaims: [],
    roleRules: [{ claim: 'groups', value: 'admins', role: 'admin' }],
    defaultRole: 'viewer',
    jit: true,
    idleMinutes: null,
    absoluteMinutes: null,
    ...changes,
  };
}
