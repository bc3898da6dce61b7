import { isDeepStrictEqual } from 'node:util';
import type { EnvironmentSso } from '@rungate/config';
import type { Postgres } from '@rungate/postgres';
import { ENVIRONMENT_CONNECTION, type Actor, type DesiredConnection, type SignInConnection } from '@rungate/run-task';

/** Nobody asked for it but whoever starts the platform. */
const ENVIRONMENT: Actor = { kind: 'system', id: null, name: 'environment', role: 'system', address: null };

/** Brings the platform's connection to what the environment says; without it, nobody signs in through it any more. */
export async function setEnvironmentSignIn(
  sso: EnvironmentSso | null,
  { signIns, connections, managedConnections }: Pick<Postgres, 'signIns' | 'connections' | 'managedConnections'>,
): Promise<void> {
  const stored = await signIns.findConnection(ENVIRONMENT_CONNECTION);
  if (sso === null) {
    if (stored?.status === 'active') await managedConnections.disable(null, ENVIRONMENT_CONNECTION, ENVIRONMENT);
    return;
  }
  const desired = connectionOf(sso);
  // A start that changes nothing leaves no trace.
  if (stored === null || !isAsDesired(stored, desired)) await connections.save(desired, ENVIRONMENT);
}

function connectionOf(sso: EnvironmentSso): DesiredConnection {
  const { issuer, clientId, clientSecret, scopes, groupClaim, ownerGroups, operatorGroups } = sso;
  const ruleFor = (role: string) => (value: string) => ({ claim: groupClaim, value, role });
  return {
    id: ENVIRONMENT_CONNECTION,
    organizationId: null,
    type: 'oidc',
    name: 'Single sign-on',
    status: 'active',
    development: false,
    issuer,
    clientId,
    clientSecret: clientSecret?.reveal() ?? null,
    scopes,
    signInUrl: null,
    certificates: [],
    privateRanges: sso.privateRanges,
    caBundle: null,
    attributeMap: {},
    requiredClaims: sso.requiredClaims,
    roleRules: [...ownerGroups.map(ruleFor('owner')), ...operatorGroups.map(ruleFor('operator'))],
    defaultRole: null,
    jit: true,
    idleMinutes: null,
    absoluteMinutes: null,
  };
}

function isAsDesired({ organization, ...stored }: SignInConnection, desired: DesiredConnection): boolean {
  const present = { ...stored, organizationId: organization?.id ?? null };
  return isDeepStrictEqual({ ...present, ...desired }, present);
}
