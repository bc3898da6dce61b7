import type { DesiredConnection, SignInConnection } from '@rungate/run-task';

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

/** A connection as the sign-in finds it: a draft of an organization, unless the changes say otherwise. */
export function aSignInConnection(changes: Partial<SignInConnection> = {}): SignInConnection {
  const id = '01943c60-0000-7000-8000-00000000000a';
  const { organizationId, ...desired } = aConnection({
    id,
    organizationId: '01943c60-0000-7000-8000-0000000000aa',
    issuer: 'https://idp.acme.example',
    status: 'draft',
    defaultRole: null,
  });
  const organization = { id: organizationId ?? '', slug: 'acme' };
  return { ...desired, organization, isIssuerShared: false, revision: 1, ...changes };
}
