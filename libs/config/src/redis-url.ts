import { z } from 'zod';
import type { Address } from './formats.js';
import { SecretText } from './secret-text.js';

/** Name and password of one login; null where the server wants none. */
export interface RedisLogin {
  readonly username: string | null;
  readonly password: SecretText | null;
}

/** Who leads to the data: one server, sentinels that know the master called `master`, or any nodes of a cluster. */
export type RedisTopology =
  | { readonly kind: 'single' }
  | { readonly kind: 'sentinel'; readonly master: string; readonly login: RedisLogin }
  | { readonly kind: 'cluster' };

/** Where a Redis or Valkey is and how to get in, read from `REDIS_URL`. */
export interface RedisAddress {
  readonly topology: RedisTopology;
  /** The server itself, the sentinels, or the nodes to ask first; at least one. */
  readonly nodes: readonly Address[];
  readonly login: RedisLogin;
  readonly database: number;
  readonly tls: boolean;
}

/** `REDIS_URL`; its problems say which part is wrong, and never repeat a value. */
export const redisUrl: z.ZodType<RedisAddress, string> = z.string().transform((text, context) => {
  try {
    return readRedisUrl(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Unreadable ? error.message : FORMS });
    return z.NEVER;
  }
});

/** What is wrong with the text, and what to write instead. */
class Unreadable extends Error {}

/** RFC 3986, with several hosts in the authority. */
const SHAPE =
  /^(?<tls>rediss?)(?:\+(?<form>sentinel|cluster))?:\/\/(?:(?<login>[^/?#]*)@)?(?<hosts>[^@/?#]+)(?<path>(?:\/[^?#]*)?)(?:\?(?<query>[^#]*))?$/;
const FORMS =
  'must be a URL of Redis: redis://host:6379/0, redis+sentinel://host1,host2/master/0 or redis+cluster://host1,host2, or the same with rediss for TLS';

type Parts = Readonly<Record<string, string | undefined>>;

function readRedisUrl(text: string): RedisAddress {
  const parts: Parts | undefined = SHAPE.exec(text)?.groups;
  if (!parts) throw new Unreadable(FORMS);
  return {
    nodes: readNodes(parts),
    login: readLogin(parts.login ?? ''),
    tls: parts.tls === 'rediss',
    ...readForm(parts),
  };
}

function readNodes({ hosts = '', form }: Parts): readonly Address[] {
  const nodes = hosts.split(',').map((text) => readNode(text, form === 'sentinel' ? 26_379 : 6379));
  if (form === undefined && nodes.length > 1) {
    throw new Unreadable('names several hosts: use redis+sentinel:// or redis+cluster://');
  }
  return nodes;
}

function readNode(text: string, defaultPort: number): Address {
  const [, ipv6, name, written] = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = ipv6 ?? name;
  const port = written === undefined ? defaultPort : Number(written);
  if (host === undefined || port === 0 || port > 65_535) {
    throw new Unreadable('names a host that cannot be read: write host, host:port or [IPv6]:port');
  }
  return { host, port };
}

/** `user:password`, `:password` or `user`. */
function readLogin(text: string): RedisLogin {
  const [username = '', ...rest] = text.split(':');
  try {
    return {
      username: username === '' ? null : decodeURIComponent(username),
      password: rest.length === 0 ? null : new SecretText(decodeURIComponent(rest.join(':'))),
    };
  } catch {
    throw new Unreadable('has a user or password that cannot be read: percent-encode / ? # and %');
  }
}

function readForm({ form, path = '', query = '' }: Parts): Pick<RedisAddress, 'topology' | 'database'> {
  const steps = path.split('/').slice(1);
  if (form === 'sentinel') return readSentinel(steps, query);
  refuseOthers(query, []);
  const database = readDatabase(steps, 'write /0 or none');
  if (form !== 'cluster') return { topology: { kind: 'single' }, database };
  if (database !== 0) throw new Unreadable('names a database: a cluster has database 0 alone');
  return { topology: { kind: 'cluster' }, database };
}

function readSentinel(
  [master = '', ...steps]: readonly string[],
  query: string,
): Pick<RedisAddress, 'topology' | 'database'> {
  const parameters = refuseOthers(query, ['sentinelUsername', 'sentinelPassword']);
  if (!/^[A-Za-z0-9._-]+$/.test(master)) {
    throw new Unreadable('lacks the name of the master: write redis+sentinel://hosts/master');
  }
  const password = parameters.get('sentinelPassword');
  const login = {
    username: parameters.get('sentinelUsername'),
    password: password === null ? null : new SecretText(password),
  };
  return {
    topology: { kind: 'sentinel', master, login },
    database: readDatabase(steps, 'write /master/0 or /master'),
  };
}

function readDatabase([text = '', ...more]: readonly string[], advice: string): number {
  if (more.length > 0 || !/^\d{0,4}$/.test(text)) throw new Unreadable(`has a path that is no database: ${advice}`);
  return Number(text);
}

function refuseOthers(query: string, known: readonly string[]): URLSearchParams {
  const parameters = new URLSearchParams(query);
  if ([...parameters.keys()].some((name) => !known.includes(name))) {
    const advice = known.length > 0 ? `only ${known.join(' and ')} are` : 'none are';
    throw new Unreadable(`has a parameter that is not known: ${advice}`);
  }
  return parameters;
}
