import type { Egress, OriginGrant } from '@rungate/egress';
import { originStateOf, type OpenOrigins, type OriginStore, type SignInConnection } from '@rungate/run-task';

/** What a provider's host may be reached by. */
export interface ConnectionAccess {
  readonly egress: Egress;
  readonly origins: OriginStore;
  readonly openOrigins: OpenOrigins;
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
  const isApproved = record !== null && originStateOf(origin, record.state, openOrigins) === 'approved';
  return isApproved ? { origin, privateRanges: record.privateRanges, caBundle: record.caBundle } : none;
}
