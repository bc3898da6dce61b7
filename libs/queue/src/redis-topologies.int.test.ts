import { selfSigned } from '@rungate/egress/testing';
import { describeQueueContract } from '../testing/queue-contract.js';
import { RecordingLog } from '../testing/recording-log.js';
import { describeWithRedis, startTestRedis, type TestRedis } from '../testing/index.js';
import {
  startTestCluster,
  startTestSentinel,
  type TestSentinel,
  type TestServers,
} from '../testing/test-topologies.js';
import { until } from '../testing/until.js';
import { openWorkingQueue, untilWorked, type WorkingQueue } from '../testing/working-queue.js';
import { createQueue, type RedisBackend, type TicketQueue } from './index.js';

jest.setTimeout(60_000);

const PASSWORD = 'canary-of-redis';
const open: TicketQueue[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((queue) => queue.close()));
});

function backend(changes: Partial<RedisBackend> & Pick<RedisBackend, 'nodes'>): RedisBackend {
  const login = { username: null, password: null };
  return { kind: 'redis', topology: { kind: 'single' }, login, database: 0, authorities: null, ...changes };
}

function startWorking(at: RedisBackend): WorkingQueue {
  const working = openWorkingQueue(at);
  open.push(working.queue);
  return working;
}

describeWithRedis('a cluster', () => {
  let cluster: TestServers;

  beforeAll(async () => {
    cluster = await startTestCluster();
  });

  afterAll(() => cluster.close());

  const ofCluster = (first = 0): RedisBackend =>
    backend({
      topology: { kind: 'cluster' },
      nodes: cluster.servers.slice(first, first + 1).map(({ port }) => ({ host: '127.0.0.1', port })),
    });

  describeQueueContract('a cluster', ofCluster);

  test('is found by any of its nodes', async () => {
    for (const first of [0, 1, 2]) await untilWorked(startWorking(ofCluster(first)));
  });

  test('tells of all its nodes, whichever it was found by', async () => {
    const learned = new Set<number>();
    await untilWorked(startWorking({ ...ofCluster(), learned: ({ port }) => learned.add(port) }));
    expect([...learned].sort()).toEqual(cluster.servers.map(({ port }) => port).sort());
  });

  test('that loses a node and gets it back works again by itself', async () => {
    const working = startWorking(ofCluster());
    await untilWorked(working);
    await Promise.all(cluster.servers.map((server) => server.kill()));
    await until(async () => !(await working.queue.issue('evaluate')));
    await Promise.all(cluster.servers.map((server) => server.start()));
    await untilWorked(working);
    expect(working.log.count('queue away')).toBeGreaterThanOrEqual(1);
  });

  test('that is taken for a single server is told with the remedy', async () => {
    const log = new RecordingLog();
    for (const { port } of cluster.servers) {
      const queue = createQueue({ backend: backend({ nodes: [{ host: '127.0.0.1', port }] }), log, slots: 2 });
      open.push(queue);
      await queue.issue('evaluate');
    }
    expect(log.lines).toContainEqual([
      'warn',
      'queue away',
      expect.objectContaining({ remedy: expect.stringContaining('use redis+cluster://') as string }),
    ]);
  });
});

describeWithRedis('sentinels', () => {
  let watched: TestSentinel;

  beforeAll(async () => {
    watched = await startTestSentinel(PASSWORD);
  });

  afterAll(() => watched.close());

  const bySentinel = (master = 'tickets'): RedisBackend =>
    backend({
      topology: { kind: 'sentinel', master, login: { username: null, password: null } },
      nodes: [
        { host: '127.0.0.1', port: 1 },
        { host: '127.0.0.1', port: watched.sentinel.port },
      ],
      login: { username: null, password: PASSWORD },
    });

  test('that know no such master are told with the remedy', async () => {
    const log = new RecordingLog();
    const queue = createQueue({ backend: bySentinel('another'), log, slots: 2 });
    open.push(queue);
    await until(() => log.count('queue away') === 1);
    expect(log.lines[0]?.[2]).toMatchObject({
      remedy: 'correct the sentinels or the name of the master in REDIS_URL',
    });
  });

  test('lead to the master though one of them is away, and to the next master after a failover', async () => {
    const learned = new Set<number>();
    const working = startWorking({ ...bySentinel(), learned: ({ port }) => learned.add(port) });
    await untilWorked(working);
    expect([...learned]).toEqual([watched.master.port]);
    await watched.master.kill();
    await until(async () => !(await working.queue.issue('evaluate')));
    await untilWorked(working);
    expect(learned.size).toBe(2);
    expect(JSON.stringify(working.log.lines)).not.toContain(PASSWORD);
  });
});

describeWithRedis('TLS', () => {
  const certificate = selfSigned(['127.0.0.1']);
  const stranger = selfSigned(['127.0.0.1']);
  let redis: TestRedis;

  beforeAll(async () => {
    redis = await startTestRedis({ tls: certificate });
  });

  afterAll(() => redis.close());

  const trusting = (authority: string): RedisBackend =>
    backend({ nodes: [{ host: '127.0.0.1', port: redis.port }], authorities: [authority] });

  test('is spoken with a server that one of the given authorities vouches for', async () => {
    await untilWorked(startWorking(trusting(certificate.cert)));
  });

  test('is not spoken with another, and the remedy is told', async () => {
    const { log, queue } = startWorking(trusting(stranger.cert));
    expect(await queue.issue('evaluate')).toBe(false);
    expect(log.lines[0]?.[2]).toMatchObject({ remedy: expect.stringContaining('RUNGATE_CA_BUNDLE_FILE') as string });
  });

  test('may be broken off at any moment of its handshake without a failure that nobody hears', async () => {
    for (let delayMs = 0; delayMs < 16; delayMs += 1) {
      const queue = createQueue({ backend: trusting(stranger.cert), log: new RecordingLog(), slots: 2 });
      void queue.issue('evaluate');
      await new Promise((resolve) => setTimeout(resolve, delayMs % 8));
      await queue.close();
    }
  });
});
