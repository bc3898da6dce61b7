import type { RedisBackend } from './redis-clients.js';

/** Why Redis cannot be used now, for an operator. */
export interface RedisTrouble {
  readonly at: string;
  readonly reason: string;
  readonly remedy: string;
}

/** What a failure means; holds no password, though some servers repeat what they were sent. */
export function redisTrouble(backend: RedisBackend, error: unknown): RedisTrouble {
  const reason = withoutPasswords(backend, reasonOf(error));
  const [, remedy] = REMEDIES.find(([pattern]) => pattern.test(reason)) ?? [];
  return { at: nodesOf(backend), reason, remedy: remedy ?? 'start Redis there, or correct REDIS_URL' };
}

/** `host:port` of each node that `REDIS_URL` names. */
export function nodesOf({ nodes }: RedisBackend): string {
  return nodes.map(({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)).join(', ');
}

const REMEDIES: readonly (readonly [pattern: RegExp, remedy: string])[] = [
  [/WRONGPASS|NOAUTH|invalid password/i, 'correct user and password in REDIS_URL'],
  [/NOPERM/, 'give that user the rights that docs/guides/redis.md lists'],
  [/READONLY/, 'REDIS_URL leads to a replica: name the primary, or the sentinels with redis+sentinel://'],
  [/^MOVED|CROSSSLOT/, 'that server belongs to a cluster: use redis+cluster:// in REDIS_URL'],
  [/cluster support disabled/i, 'that server is no cluster: use redis:// in REDIS_URL'],
  [/sentinel/i, 'correct the sentinels or the name of the master in REDIS_URL'],
  [/\bOOM\b/, 'Redis is full: raise its maxmemory, and keep maxmemory-policy noeviction'],
  [/LOADING/, 'Redis reads its data; nothing needs to be done'],
  [
    /certificate|self-signed|\bSSL\b|\bTLS\b|altname|EPROTO/i,
    'redis:// in REDIS_URL is without TLS, rediss:// with it; private authorities go into RUNGATE_CA_BUNDLE_FILE',
  ],
  [
    /timed? ?out|ETIMEDOUT/i,
    'see whether Redis answers there; rediss:// is for a server that speaks TLS, redis:// for one that does not',
  ],
  [/ENOTFOUND|EAI_AGAIN/, 'correct the host in REDIS_URL'],
];

/** Of a cluster, the failure of its last node says more than that all failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const last = 'lastNodeError' in error ? error.lastNodeError : null;
  return last instanceof Error ? `${error.message} (${last.message})` : error.message;
}

function withoutPasswords({ login, topology }: RedisBackend, text: string): string {
  const passwords = [login.password, topology.kind === 'sentinel' ? topology.login.password : null];
  return passwords
    .filter((password) => password !== null && password !== '')
    .reduce<string>((clean, password) => clean.replaceAll(password ?? '', '[secret]'), text);
}
