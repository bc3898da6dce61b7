import { isOnOrigin, parseOrigin, parseUrl, type EgressAnswer, type EgressUrl } from '@rungate/egress';

/** Where a download is now. */
export interface Hop {
  readonly url: EgressUrl;
  /** Redirects followed so far; the API itself is 0. */
  readonly redirects: number;
}

/** Where a download may be sent on to. */
export interface RedirectRules {
  /** The Terraform and its download hosts, as far as they are approved. */
  readonly origins: readonly string[];
  readonly development: boolean;
}

/** Where an answer leads. */
export type Followed =
  | { readonly kind: 'hop'; readonly hop: Hop }
  | { readonly kind: 'not_a_redirect' }
  /** `reason` is a sentence without a part of the target, which carries a signed token. */
  | { readonly kind: 'refused'; readonly reason: string };

const MAX_REDIRECTS = 3;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** Judges the next hop of a download; egress follows nothing by itself. */
export function follow(hop: Hop, answer: Pick<EgressAnswer, 'status' | 'header'>, rules: RedirectRules): Followed {
  if (!REDIRECTS.includes(answer.status)) return { kind: 'not_a_redirect' };
  if (hop.redirects >= MAX_REDIRECTS) return refuse('It was redirected more than three times');
  const location = answer.header('location');
  if (location === null) return refuse('It was redirected to nowhere');
  const origins = readOrigins(rules);
  const parsed = parseUrl(absolute(location, hop.url), {
    development: rules.development,
    ports: origins.map(({ port }) => port),
  });
  if (!parsed.ok) return refuse(`It was redirected to a URL that ${parsed.reason}`);
  if (
    !isOnOrigin(
      parsed.url,
      origins.map(({ origin }) => origin),
    )
  ) {
    return refuse('It was redirected to a host that is no approved download origin of the run task');
  }
  return { kind: 'hop', hop: { url: parsed.url, redirects: hop.redirects + 1 } };
}

/** One that is written wrongly counts for nothing. */
function readOrigins(rules: RedirectRules): readonly EgressUrl[] {
  return rules.origins.flatMap((text) => {
    const parsed = parseOrigin(text, rules);
    return parsed.ok ? [parsed.url] : [];
  });
}

/** A path is joined by hand: resolving it with a parser would hide what was written. */
function absolute(location: string, { origin }: EgressUrl): string {
  return location.startsWith('/') && !location.startsWith('//') ? `${origin}${location}` : location;
}

function refuse(reason: string): Followed {
  return { kind: 'refused', reason: `The plan could not be downloaded. ${reason}.` };
}
