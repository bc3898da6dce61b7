import { readFileSync } from 'node:fs';
import type { Config, RedisAddress } from '@rungate/config';
import { trustedAuthorities } from '@rungate/egress';
import { queueAddress, type MasterKeys } from '@rungate/postgres';
import type { QueueBackend, RedisBackend } from '@rungate/queue';

/** The Postgres that serves. */
export interface ServingPostgres {
  readonly url: string;
  readonly masterKeys: MasterKeys;
}

/** Where tickets are kept: in Redis when `REDIS_URL` names one, else beside the rows. */
export async function queueBackend(config: Config, postgres: ServingPostgres): Promise<QueueBackend> {
  if (config.redis === null) return { kind: 'postgres', url: await queueAddress(postgres) };
  return redisBackend(config.redis, config.caBundleFile);
}

function redisBackend(
  { topology, nodes, login, database, tls }: RedisAddress,
  caBundleFile: string | null,
): RedisBackend {
  const bundle = tls && caBundleFile !== null ? readFileSync(caBundleFile, 'utf8') : '';
  return {
    kind: 'redis',
    topology: topology.kind === 'sentinel' ? { ...topology, login: revealed(topology.login) } : topology,
    nodes,
    login: revealed(login),
    database,
    authorities: tls ? trustedAuthorities({ pem: bundle, name: 'RUNGATE_CA_BUNDLE_FILE' }) : null,
  };
}

function revealed({ username, password }: RedisAddress['login']): RedisBackend['login'] {
  return { username, password: password?.reveal() ?? null };
}
