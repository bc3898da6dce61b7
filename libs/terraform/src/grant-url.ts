import { isOnOrigin, parseOrigin, parseUrl, type EgressUrl, type ParsedUrl } from '@rungate/egress';
import type { Grant } from '@rungate/run-task';

/** Where the URLs of a request lie (HashiCorp, "Run tasks integration API", request body). What follows is opaque. */
const PATHS = {
  callback: '/api/v2/task-results/',
  plan: '/api/v2/plans/',
  configuration: '/api/v2/configuration-versions/',
} as const;

/** What a URL of a request is for. */
export type GrantUrlKind = keyof typeof PATHS;

/** What a URL of a request may be besides `https`. */
export interface GrantUrlOptions {
  /** Allows `http:`. */
  readonly development: boolean;
}

/** Whether a URL may be called. */
export type UrlAnswer =
  | { readonly ok: true }
  /** `reason` completes "the URL …", without a part of the URL. */
  | { readonly ok: false; readonly reason: string };

/** Whether a callback may be sent to this URL: the rule behind the 422 of the webhook. */
export function callbackUrlAllowed(url: string, terraformOrigin: string, options: GrantUrlOptions): UrlAnswer {
  return answer(parseGrantUrl({ kind: 'callback', url, terraformOrigin, options }));
}

/** Which URLs of a request may be called; null for one that the request does not have. */
export function checkGrantUrls(
  grant: Grant,
  terraformOrigin: string,
  options: GrantUrlOptions,
): Readonly<Record<GrantUrlKind, UrlAnswer | null>> {
  const check = (kind: GrantUrlKind, url: string | null) =>
    url === null ? null : answer(parseGrantUrl({ kind, url, terraformOrigin, options }));
  return {
    callback: check('callback', grant.callbackUrl),
    plan: check('plan', grant.planJsonUrl),
    configuration: check('configuration', grant.configurationUrl),
  };
}

/** A URL of a request, and where it ought to lie. */
export interface GrantUrl {
  readonly kind: GrantUrlKind;
  readonly url: string;
  readonly terraformOrigin: string;
  readonly options: GrantUrlOptions;
}

/** Reads a URL of a signed request: on the run task's origin to the letter, below the path of its kind, without tricks. */
export function parseGrantUrl({ kind, url, terraformOrigin, options }: GrantUrl): ParsedUrl {
  const origin = parseOrigin(terraformOrigin, options);
  if (!origin.ok) return refuse('belongs to a run task whose Terraform origin cannot be used');
  const parsed = parseUrl(url, { ...options, ports: [origin.url.port] });
  if (!parsed.ok) return parsed;
  if (!isOnOrigin(parsed.url, [origin.url.origin])) return refuse("is not on the run task's Terraform origin");
  if (isTricky(parsed.url)) return refuse('has a path that servers may read differently');
  const path = PATHS[kind];
  if (!parsed.url.pathname.startsWith(path) || parsed.url.pathname.length === path.length) {
    return refuse(`does not lie below ${path}`);
  }
  return parsed;
}

/** Dot segments, empty segments, parameters, and encoded dots, slashes, backslashes, semicolons, percents and NULs. */
function isTricky({ writtenPath, pathname }: EgressUrl): boolean {
  return writtenPath !== pathname || /\/\/|;|%(?:2e|2f|5c|3b|25|00)/i.test(writtenPath);
}

function answer(parsed: ParsedUrl): UrlAnswer {
  return parsed.ok ? { ok: true } : { ok: false, reason: parsed.reason };
}

function refuse(reason: string): ParsedUrl {
  return { ok: false, reason };
}
