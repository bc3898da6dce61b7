import { isPublicIssuer, ORGANIZATION_ROLES, PLATFORM_ROLES } from '@rungate/access';
import type { PlatformSsoConnectionBody, SsoConnectionBody, SsoTestBody } from '@rungate/contract';
import { ENVIRONMENT_CONNECTION, type ConnectionTest, type ManagedConnection } from '@rungate/run-task';
import { serviceProviderOf } from '../sign-in/saml/strategy.js';
import { showCertificate, type ShownCertificate } from './certificates.js';

/** Days before the last certificate is over that it is time to speak of it. */
const WARNED_DAYS = 60;

/** What a presentation needs to know besides the connection. */
export interface Presented {
  readonly publicUrl: string;
  readonly now: Date;
}

/** A connection of an organization as the contract shows it. */
export function presentSsoConnection(
  connection: ManagedConnection,
  organization: string,
  around: Presented,
): SsoConnectionBody {
  const { defaultRole, discoverable } = connection;
  return {
    organization,
    ...shown(connection, around),
    roleRules: connection.roleRules.map((rule) => ({ ...rule, role: known(ORGANIZATION_ROLES, rule.role) })),
    defaultRole: defaultRole === null ? null : known(ORGANIZATION_ROLES, defaultRole),
    discoverable,
  };
}

/** A connection of the platform as the contract shows it. */
export function presentPlatformSsoConnection(
  connection: ManagedConnection,
  around: Presented,
): PlatformSsoConnectionBody {
  const { privateRanges, caBundle } = connection;
  return {
    ...shown(connection, around),
    roleRules: connection.roleRules.map((rule) => ({ ...rule, role: known(PLATFORM_ROLES, rule.role) })),
    privateRanges,
    caBundle,
  };
}

type Shared = Omit<SsoConnectionBody, 'organization' | 'roleRules' | 'defaultRole' | 'discoverable'>;

function shown(connection: ManagedConnection, { publicUrl, now }: Presented): Shared {
  const { id, type, name, status, development, issuer, clientId, hasClientSecret, scopes, signInUrl } = connection;
  const { metadataUrl, attributeMap, requiredClaims, jit, idleMinutes, absoluteMinutes, test, testedAt } = connection;
  const certificates = connection.certificates.map((pem) => showCertificate(pem, now));
  return {
    ...{ id, type, name, status, development, issuer, clientId, hasClientSecret, scopes, signInUrl },
    ...{ metadataUrl, jit, idleMinutes, absoluteMinutes, certificates },
    offered: presentOffered(connection, now),
    fromEnvironment: id === ENVIRONMENT_CONNECTION,
    attributeMap: { ...attributeMap },
    requiredClaims: requiredClaims.map((match) => ({ ...match })),
    provider: providerSettings(id, publicUrl),
    test: test === null ? null : presentTest(test),
    isTested: testedAt !== null,
    warnings: [
      ...certificateWarnings(certificates),
      ...offerWarnings(connection),
      ...testWarnings(connection),
      ...issuerWarnings(connection),
    ],
    createdAt: connection.createdAt.toISOString(),
    activatedAt: connection.activatedAt?.toISOString() ?? null,
    revision: connection.revision,
  };
}

function providerSettings(id: string, publicUrl: string): SsoConnectionBody['provider'] {
  const root = publicUrl.replace(/\/$/, '');
  const base = `${root}/auth/c/${id}`;
  return {
    redirectUri: `${base}/callback`,
    afterLogoutUri: `${root}/login`,
    backChannelLogoutUri: `${base}/back-channel-logout`,
    ...serviceProviderOf(id, publicUrl),
    signInUrl: `${base}/login`,
  };
}

function presentOffered({ offered }: ManagedConnection, now: Date): SsoConnectionBody['offered'] {
  if (offered === null) return null;
  const certificates = offered.certificates.map((pem) => showCertificate(pem, now));
  return { certificates, seenAt: offered.seenAt.toISOString() };
}

function presentTest(test: ConnectionTest): SsoTestBody {
  return { ...test, at: test.at.toISOString() };
}

/** Of the one that ends last: with its successor beside it, nothing is about to go wrong. */
function certificateWarnings(certificates: readonly ShownCertificate[]): SsoConnectionBody['warnings'] {
  if (certificates.length === 0) return [];
  const days = Math.max(...certificates.map(({ daysLeft }) => daysLeft));
  if (days < 0)
    return [{ kind: 'certificate-expired', says: 'The last certificate is over: read the metadata again.' }];
  if (days > WARNED_DAYS) return [];
  const left = days === 0 ? 'within a day' : `in ${days} ${days === 1 ? 'day' : 'days'}`;
  const says = `The last certificate is over ${left}: add its successor.`;
  return [{ kind: 'certificate-expires', says }];
}

function offerWarnings({ offered }: ManagedConnection): SsoConnectionBody['warnings'] {
  if (offered === null) return [];
  const says = 'The metadata has a certificate that nothing vouches for: compare it with the provider, and confirm it.';
  return [{ kind: 'certificate-offered', says }];
}

/** Of what people sign in through already: a mistake shows at the next sign-in, which may be that of whoever made it. */
function testWarnings({ id, status, development, testedAt }: ManagedConnection): SsoConnectionBody['warnings'] {
  if (status !== 'active' || testedAt !== null || development || id === ENVIRONMENT_CONNECTION) return [];
  const says = 'It was changed, and passed no test since: test it now, before your own session ends.';
  return [{ kind: 'untested', says }];
}

function issuerWarnings({ issuer, requiredClaims }: ManagedConnection): SsoConnectionBody['warnings'] {
  if (issuer === null || requiredClaims.length > 0 || !isPublicIssuer(issuer)) return [];
  const says = 'The provider serves everybody: without a required claim nobody new is let in.';
  return [{ kind: 'shared-issuer', says }];
}

function known<T extends string>(roles: readonly T[], role: string): T {
  const found = roles.find((candidate) => candidate === role);
  if (found === undefined) throw new Error(`The role ${role} is not known here.`);
  return found;
}
