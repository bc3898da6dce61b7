import { readFileSync } from 'node:fs';
import type { Config, RedisAddress } from '@rungate/config';
import { trustedAuthorities, type Endpoint } from '@rungate/egress';
import { queueAddress, type MasterKeys } from '@rungate/postgres';
import type { QueueBackend, RedisBackend } from '@rungate/queue';

/** The Postgres that serves. */
export interface ServingPostgres {
  readonly url: string;
  readonly masterKeys: MasterKeys;
}

/** Where tickets are kept, and every server that this is known to mean. */
export interface KnownQueueBackend {
  readonly backend: QueueBackend;
  /** Of Redis, those that it told of included; they become more while it is used. */
  readonly nodes: () => readonly Endpoint[];
}

/** Where tickets are kept: in Redis when `REDIS_URL` names one, else beside the rows. */
export async function queueBackend(config: Config, postgres: ServingPostgres): Promise<KnownQueueBackend> {
  if (config.redis === null) {
    return { backend: { kind: 'postgres', url: await queueAddress(postgres) }, nodes: () => [] };
  }
  const nodes = new Map(config.redis.nodes.map((node) => [JSON.stringify(node), node]));
  const learned = ({ host, port }: Endpoint) => {
    nodes.set(JSON.stringify({ host, port }), { host, port });
  };
  const backend = { ...redisBackend(config.redis, config.caBundleFile), learned };
  return { backend, nodes: () => [...nodes.values()] };
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
