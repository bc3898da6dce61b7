/** A year, in seconds. */
const YEAR_S = 31_536_000;

/** Headers of everything that a browser may be shown: it is of its own origin alone, and stands in nobody's frame. */
export function consoleHeaders(publicUrl: string): Readonly<Record<string, string>> {
  return {
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': `max-age=${YEAR_S}` } : {}),
  };
}

/**
 * What a page of the console may do. Styles that Mantine makes at run time carry the nonce; markup from text passes one
 * Trusted Types policy, `default`, which lets no markup through (apps/console/src/trusted-types.ts).
 */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ');
}
