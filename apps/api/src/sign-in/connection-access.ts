import type { Egress, OriginGrant } from '@rungate/egress';
import { originStateOf, type OpenOrigins, type OriginStore, type SignInConnection } from '@rungate/run-task';

/** What a provider's host may be reached by. */
export interface ConnectionAccess {
  readonly egress: Egress;
  readonly origins: OriginStore;
  readonly openOrigins: OpenOrigins;
}

/**
 * Ports besides 443: that of the issuer, where the platform chose it or approved its origin. An organization could look for
 * services at any host otherwise.
 */
export async function portsFor(connection: SignInConnection, access: ConnectionAccess): Promise<readonly number[]> {
  const { issuer, organization } = connection;
  if (issuer === null || !URL.canParse(issuer)) return [];
  const { port, protocol, origin } = new URL(issuer);
  const isTrusted =
    organization === null || access.egress.development || (await isApproved(organization.id, origin, access));
  if (!isTrusted) return [];
  return [port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port)];
}

/**
 * What a connection was granted at one origin. Public addresses need no grant. Private ones do, at the issuer's own origin
 * alone: what its documents name besides that is any host of the internet.
 */
export async function grantAt(
  origin: string,
  { organization, issuer, privateRanges, caBundle }: SignInConnection,
  { origins, openOrigins }: ConnectionAccess,
): Promise<OriginGrant> {
  const none = { origin, privateRanges: [], caBundle: null };
  if (issuer === null || !URL.canParse(issuer) || new URL(issuer).origin !== origin) return none;
  if (organization === null) return { origin, privateRanges, caBundle };
  const record = await origins.find(organization.id, origin);
  if (record === null || originStateOf(origin, record.state, openOrigins) !== 'approved') return none;
  return { origin, privateRanges: record.privateRanges, caBundle: record.caBundle };
}

async function isApproved(
  organizationId: string,
  origin: string,
  { origins, openOrigins }: ConnectionAccess,
): Promise<boolean> {
  const record = await origins.find(organizationId, origin);
  return record !== null && originStateOf(origin, record.state, openOrigins) === 'approved';
}
