import { Redis } from 'ioredis';
import { startTestRedis, type TestRedis, type TestRedisOptions } from './test-redis.js';
import { until } from './until.js';

/** Several servers that belong together. */
export interface TestServers {
  readonly servers: readonly TestRedis[];
  close(): Promise<void>;
}

const SLOTS = 16_384;
const NODES = 3;

/** Three masters without replicas that share the slots; resolves when each knows it. */
export async function startTestCluster(): Promise<TestServers> {
  const settings = ['cluster-enabled yes', 'cluster-node-timeout 2000'];
  const servers = await startAll(Array.from({ length: NODES }, () => ({ settings })));
  const clients = servers.map(({ port }) => new Redis(port, '127.0.0.1'));
  try {
    await Promise.all(
      clients.map(async (client, index) => {
        const first = Math.floor((SLOTS * index) / NODES);
        const end = Math.floor((SLOTS * (index + 1)) / NODES);
        await client.cluster('ADDSLOTS', ...Array.from({ length: end - first }, (_, offset) => first + offset));
        await client.call('CLUSTER', 'MEET', '127.0.0.1', String(servers[0]?.port ?? 0));
      }),
    );
    for (const client of clients) {
      await until(async () => {
        const info = await client.cluster('INFO');
        return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${NODES}`);
      });
    }
  } finally {
    for (const client of clients) client.disconnect();
  }
  return together(servers);
}

/** What a sentinel watches, and the sentinel. */
export interface TestSentinel extends TestServers {
  readonly master: TestRedis;
  readonly replica: TestRedis;
  readonly sentinel: TestRedis;
}

/** A master named `tickets`, its replica, and one sentinel that promotes the replica within seconds. */
export async function startTestSentinel(password: string): Promise<TestSentinel> {
  const login = [`requirepass ${password}`, `masterauth ${password}`];
  const [master, replica] = await startAll([{ settings: login }, { settings: login }]);
  if (!master || !replica) throw new Error('no servers');
  const follower = new Redis(replica.port, '127.0.0.1', { password });
  await follower.call('REPLICAOF', '127.0.0.1', String(master.port));
  await until(async () => (await follower.info('replication')).includes('master_link_status:up'));
  follower.disconnect();
  const sentinel = await startTestRedis({
    sentinel: true,
    settings: [
      `sentinel monitor tickets 127.0.0.1 ${master.port} 1`,
      `sentinel auth-pass tickets ${password}`,
      'sentinel down-after-milliseconds tickets 500',
      'sentinel failover-timeout tickets 2000',
    ],
  });
  const watcher = new Redis(sentinel.port, '127.0.0.1');
  await until(async () =>
    JSON.stringify(await watcher.call('SENTINEL', 'REPLICAS', 'tickets')).includes(String(replica.port)),
  );
  watcher.disconnect();
  return { master, replica, sentinel, ...together([master, replica, sentinel]) };
}

function startAll(options: readonly TestRedisOptions[]): Promise<readonly TestRedis[]> {
  return Promise.all(options.map((each) => startTestRedis(each)));
}

function together(servers: readonly TestRedis[]): TestServers {
  return {
    servers,
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}
