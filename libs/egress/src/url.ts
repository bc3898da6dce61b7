/** A URL that was read once; compared and connected to as it stands here, never parsed again. */
export interface EgressUrl {
  readonly protocol: 'https:' | 'http:';
  /** Lower case, without trailing dot; an IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** `scheme://host[:port]`, the port left out when it is the scheme's own. */
  readonly origin: string;
  /** Always starts with `/`; dot segments are resolved. */
  readonly pathname: string;
  /** With its question mark, or empty. */
  readonly search: string;
  /** The path as it was written, before dot segments were resolved. */
  readonly writtenPath: string;
}

/** What a URL may be besides `https` on port 443. */
export interface UrlRules {
  /** Allows `http:`. */
  readonly development: boolean;
  /** Ports besides 443. */
  readonly ports: readonly number[];
}

/** A URL, or why it cannot be used. */
export type ParsedUrl =
  | { readonly ok: true; readonly url: EgressUrl }
  /** `reason` completes "the URL …", without a part of the URL. */
  | { readonly ok: false; readonly reason: string };

/** Bytes; redirect targets carry a signed token and are long, nothing of use is longer. */
const MAX_LENGTH = 8_192;
const HTTP_PORT = 80;

const WRITTEN = /^(https?):\/\/([^/?]+)([^?]*)(\?.*)?$/i;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/**
 * Reads a URL, or says why it may not be used. Whatever two parsers could read differently is refused before the WHATWG
 * parser sees it, and that parser must then agree with the text about host and port.
 */
export function parseUrl(input: string, rules: UrlRules): ParsedUrl {
  const unwritable = refuseCharacters(input);
  if (unwritable !== null) return refuse(unwritable);
  const [, scheme = '', authority = '', writtenPath = ''] = WRITTEN.exec(input) ?? [];
  if (scheme === '') return refuse('is not an absolute http(s) URL');
  const refusal = refuseAuthority(authority);
  if (refusal !== null) return refuse(refusal);
  if (!URL.canParse(input)) return refuse('is not a valid URL');
  const parsed = new URL(input);
  if (authority.toLowerCase().replace(/:\d+$/, '') !== parsed.hostname)
    return refuse('has a host in an unusual spelling');
  return judge(toEgressUrl(parsed, writtenPath), rules);
}

/** Reads `https://host[:port]`, as an operator writes the origin of a Terraform; any port may be named. */
export function parseOrigin(input: string, { development }: Pick<UrlRules, 'development'>): ParsedUrl {
  const port = Number(/:(\d+)\/?$/.exec(input)?.[1] ?? HTTP_PORT);
  const parsed = parseUrl(input, { development, ports: [port] });
  if (!parsed.ok) return parsed;
  if (parsed.url.pathname !== '/' || input.includes('?')) return refuse('names more than scheme, host and port');
  return parsed;
}

/** Whether a URL lies on one of these origins, to the letter: scheme, host and port. */
export function isOnOrigin(url: EgressUrl, origins: readonly string[]): boolean {
  return origins.includes(url.origin);
}

function refuseCharacters(input: string): string | null {
  if (input.length > MAX_LENGTH) return 'is longer than 8192 characters';
  if (/[^\x21-\x7e]/.test(input)) return 'holds a space, a control character or a character outside ASCII';
  if (input.includes('\\')) return 'holds a backslash';
  if (input.includes('#')) return 'holds a fragment';
  return null;
}

function refuseAuthority(authority: string): string | null {
  if (authority.includes('@')) return 'holds user information';
  if (authority.includes('%')) return 'has an encoded host or a zone id';
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority) ?? [];
  if (port !== undefined && !/^[1-9]\d{0,4}$/.test(port)) return 'has an unusual port';
  if (host.startsWith('[')) return null;
  if (host.endsWith('.')) return 'has a host with a trailing dot';
  return isHostName(host.toLowerCase()) ? null : 'has a host that is no host name';
}

/** Also refuses `0x7f.1` and the like: a last label of digits is an address, and then it must be a plain one. */
function isHostName(host: string): boolean {
  if (host.length > 253) return false;
  const labels = host.split('.');
  if (!labels.every((label) => LABEL.test(label))) return false;
  return IPV4.test(host) || !/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '');
}

function toEgressUrl(parsed: URL, writtenPath: string): EgressUrl {
  const protocol = parsed.protocol === 'https:' ? 'https:' : 'http:';
  return {
    protocol,
    hostname: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? (protocol === 'https:' ? 443 : HTTP_PORT) : Number(parsed.port),
    origin: parsed.origin,
    pathname: parsed.pathname,
    search: parsed.search,
    writtenPath: writtenPath === '' ? '/' : writtenPath,
  };
}

function judge(url: EgressUrl, { development, ports }: UrlRules): ParsedUrl {
  if (url.protocol === 'http:' && !development) return refuse('is not https');
  if (url.port !== 443 && !ports.includes(url.port)) return refuse(`names port ${url.port}, which is not granted`);
  return { ok: true, url };
}

function refuse(reason: string): ParsedUrl {
  return { ok: false, reason };
}
