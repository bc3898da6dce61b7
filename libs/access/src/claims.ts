/** What an identity provider says of a person: claims of OIDC, attributes of SAML. */
export type Claims = Readonly<Record<string, unknown>>;

/** Which claims hold what people are shown by, and their groups. */
export interface AttributeMap {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
}

/** One thing that must be true of the claims. */
export interface ClaimMatch {
  /** Name of a claim or a path of names with dots (`realm_access.roles`); `email_domain` is what follows the @ of `email`. */
  readonly claim: string;
  /** The claim's value, or one of its values. */
  readonly value: string;
}

/** Whether the claims say so. An e-mail counts only when its provider verified it: any other can be made up. */
export function matchesClaim(claims: Claims, { claim, value }: ClaimMatch): boolean {
  if (claim === 'email') return verifiedEmail(claims) === value.toLowerCase();
  if (claim === 'email_domain') return verifiedEmail(claims)?.split('@').at(-1) === value.toLowerCase();
  return textsOf(claimAt(claims, claim)).includes(value);
}

/**
 * What an ID token says, with what the userinfo adds: what is signed wins. An e-mail address and whether it was verified are of
 * one source, so that neither vouches for an address of the other.
 */
export function mergedClaims(signed: Claims, userinfo: Claims): Claims {
  const vouching = signed.email === undefined ? userinfo : signed;
  const all = Object.entries({ ...userinfo, ...signed }).filter(([name]) => !OF_EMAIL.includes(name));
  return Object.fromEntries([...all, ...Object.entries(vouching).filter(([name]) => OF_EMAIL.includes(name))]);
}

const OF_EMAIL = ['email', 'email_verified'];

/** The claim of that name, else what is at that path. */
export function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let place: unknown = claims;
  for (const name of path.split('.')) {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, name)) return undefined;
    place = Object.getOwnPropertyDescriptor(place, name)?.value;
  }
  return place;
}

/** People whom their provider hosts for somebody else, or did not verify: they are invited, never let in by a rule. */
export function isGuest(claims: Claims): boolean {
  const names = [claims.preferred_username, claims.upn, claims.email, claims.sub];
  return (
    names.some((name) => typeof name === 'string' && name.toUpperCase().includes('#EXT#')) ||
    isGuestAccount(claims) ||
    isOfOtherTenant(claims)
  );
}

const ENTRA = 'http://schemas.microsoft.com/identity/claims';

/** Entra names the provider that really knows the person: for its own people the tenant itself, or nothing. */
function isOfOtherTenant(claims: Claims): boolean {
  const provider = claims.idp ?? claims[`${ENTRA}/identityprovider`];
  const tenant = claims.tid ?? claims[`${ENTRA}/tenantid`];
  if (typeof provider !== 'string' || typeof tenant !== 'string') return false;
  return !provider.toLowerCase().includes(tenant.toLowerCase());
}

/** Entra's `acct`: 0 is a member, 1 a guest. */
function isGuestAccount({ acct }: Claims): boolean {
  return acct === 1 || acct === '1';
}

/** Lower case; null unless `email_verified` is exactly true. */
function verifiedEmail({ email, email_verified: isVerified }: Claims): string | null {
  return typeof email === 'string' && isVerified === true && /^[^@\s]+@[^@\s]+$/.test(email)
    ? email.toLowerCase()
    : null;
}

function textsOf(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.flatMap((one) => (typeof one === 'string' ? [one] : typeof one === 'number' ? [String(one)] : []));
}
