import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { SecretText } from './secret-text.js';

/** Where a process listens; `host` is an address or `localhost`, without brackets. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A claim of a provider and the value that it must have. */
export interface ClaimValue {
  readonly claim: string;
  readonly value: string;
}

/** `host:port` or `[ipv6]:port`. */
export const address = parsed('an address and a port', (text): Address | null => {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) return null;
  return host === 'localhost' || ipaddr.isValid(host) ? { host, port } : null;
});

/** `http(s)://host[:port]`, nothing after it; normalised. */
export const origin = parsed('an origin: scheme, host and port alone', toOrigin);

/** Origins separated by commas. */
export const origins = list('origins separated by commas', toOrigin);

/** Networks or single addresses separated by commas, as `10.0.0.0/8`. */
export const networks = list('networks in CIDR notation separated by commas', (text) => {
  if (ipaddr.isValidCIDR(text)) return text;
  if (!ipaddr.isValid(text)) return null;
  return `${text}/${ipaddr.parse(text).kind() === 'ipv4' ? 32 : 128}`;
});

/** What `NO_PROXY` lists: nothing in it is refused, since other programs read it too. */
export const exemptions = parsed('names, addresses or networks separated by commas', (text): readonly string[] =>
  text.split(/[\s,]+/).filter((entry) => entry !== ''),
);

/** `1` or `0`. */
export const flag = parsed('1 or 0', (text) => (text === '1' ? true : text === '0' ? false : null));

/** `on` or `off`. */
export const onOff = parsed('on or off', (text) => (text === 'on' ? true : text === 'off' ? false : null));

/** A connection string of Postgres. */
export const postgresUrl = parsed('a URL of Postgres', (text): SecretText | null => {
  const url = toUrl(text);
  return url && /^postgres(ql)?:$/.test(url.protocol) ? new SecretText(text) : null;
});

/** 32 bytes in base64, several separated by commas, newest first. */
export const encryptionKeys = list('32 bytes in base64, several separated by commas', (text): SecretText | null => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 32 && bytes.toString('base64') === text ? new SecretText(text) : null;
});

/** A bearer token of at least 32 characters that fits in a header. */
export const bearerToken = parsed('at least 32 random characters, printable and without blanks', (text) =>
  /^[\x21-\x7e]{32,512}$/.test(text) ? new SecretText(text) : null,
);

/** The address of an OIDC issuer, kept to the letter: providers compare it so. */
export const issuer = parsed('the address of an issuer, without query', (text) => {
  const url = toUrl(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return null;
  return url.search === '' && url.hash === '' ? text : null;
});

/** A text of printable characters. */
export const words = parsed('printable characters', (text) => (/^[^\p{Cc}]{1,1000}$/u.test(text) ? text : null));

/** A text that nobody may see. */
export const secretWords = parsed('printable characters', (text): SecretText | null =>
  /^[^\p{Cc}]{1,1000}$/u.test(text) ? new SecretText(text) : null,
);

/** Names separated by commas. */
export const names = list('names separated by commas', (text) => (/^[^\p{Cc}]{1,300}$/u.test(text) ? text : null));

/** Scopes of OAuth separated by blanks. */
export const scopes = parsed('scopes separated by blanks, openid among them', (text): readonly string[] | null => {
  const all = text.split(/ +/).filter((scope) => scope !== '');
  return all.includes('openid') && all.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(scope)) ? all : null;
});

/** Claims that must have a value: `name=value`, separated by commas. */
export const claims = list('claims as name=value separated by commas', (text): ClaimValue | null => {
  const [, claim, value] = /^([^=]{1,300})=(.{1,300})$/.exec(text) ?? [];
  return claim === undefined || value === undefined ? null : { claim, value };
});

/** A path of the file system. */
export const path = parsed('a path', (text) => (text.includes('\0') ? null : text));

/** A path that fits in the address of a Unix socket (108 bytes with its end, unix(7)). */
export const socketPath = parsed('an absolute path of at most 107 bytes', (text) =>
  text.startsWith('/') && !text.includes('\0') && Buffer.byteLength(text) <= 107 ? text : null,
);

/** A number between two bounds, both included. */
export function numberBetween(least: number, most: number): z.ZodType<number, string> {
  return parsed(`a number from ${least} to ${most}`, (text) => {
    const value = Number(text);
    return /^\d*\.?\d+$/.test(text) && value >= least && value <= most ? value : null;
  });
}

/** A whole number between two bounds, both included. */
export function integerBetween(least: number, most: number): z.ZodType<number, string> {
  return parsed(`a whole number from ${least} to ${most}`, (text) => {
    const value = Number(text);
    return /^\d+$/.test(text) && value >= least && value <= most ? value : null;
  });
}

/** Whether an address, a name of this machine, or the host of a URL stays on this machine. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (bare === 'localhost') return true;
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() === 'loopback';
}

/** A format whose problem says what was expected, and never repeats the value: it may be a secret. */
function parsed<T>(expected: string, parse: (text: string) => T | null): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    const value = parse(text);
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: `must be ${expected}` });
    return z.NEVER;
  });
}

function list<T>(expected: string, parse: (text: string) => T | null): z.ZodType<readonly T[], string> {
  return parsed(expected, (text) => {
    const values = text.split(',').map((item) => parse(item.trim()));
    const good = values.filter((value) => value !== null);
    return good.length === values.length ? good : null;
  });
}

function toOrigin(text: string): string | null {
  const url = toUrl(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return null;
  return url.pathname === '/' && url.search === '' && url.hash === '' ? url.origin : null;
}

function toUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
