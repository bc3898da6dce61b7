/** Providers that anybody can have an account with: being known there says nothing about an organization (P0-15). */
const FOR_EVERYBODY = new Set([
  'accounts.google.com',
  'appleid.apple.com',
  'gitlab.com',
  'github.com',
  'login.live.com',
  'www.facebook.com',
  'www.linkedin.com',
  'id.twitch.tv',
]);

/** Entra's issuers of all tenants, and the tenant of private accounts. */
const ENTRA_HOSTS = new Set(['login.microsoftonline.com', 'sts.windows.net']);
const ENTRA_FOR_EVERYBODY = new Set(['common', 'organizations', 'consumers', '9188040d-6c67-4c5b-b112-36a304b66dad']);

/** Whether a provider serves everybody: who signs in through it must be bound by a required claim. */
export function isPublicIssuer(issuer: string): boolean {
  return URL.canParse(issuer) && (FOR_EVERYBODY.has(new URL(issuer).hostname) || isEntraForEverybody(issuer));
}

/** Issuers that stand for all tenants of Entra: the tenant's own is to be used in their place. */
export function isEntraForEverybody(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false;
  const { hostname, pathname } = new URL(issuer);
  return ENTRA_HOSTS.has(hostname) && ENTRA_FOR_EVERYBODY.has(pathname.split('/')[1]?.toLowerCase() ?? '');
}
