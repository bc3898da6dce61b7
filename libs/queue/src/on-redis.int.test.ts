import { Redis } from 'ioredis';
import { describeQueueContract } from '../testing/queue-contract.js';
import { RecordingLog } from '../testing/recording-log.js';
import { describeWithRedis, startTestRedis, type TestRedis } from '../testing/index.js';
import { until } from '../testing/until.js';
import { openWorkingQueue, untilWorked, type WorkingQueue } from '../testing/working-queue.js';
import { createQueue, type RedisBackend, type TicketQueue } from './index.js';

jest.setTimeout(60_000);

const PASSWORD = 'canary-of-redis';

describeWithRedis('on Redis', () => {
  const open: TicketQueue[] = [];
  let redis: TestRedis;
  let client: Redis;

  beforeAll(async () => {
    redis = await startTestRedis({ settings: [`requirepass ${PASSWORD}`] });
    client = new Redis(redis.port, '127.0.0.1', { password: PASSWORD, retryStrategy: () => 50 });
    client.on('error', () => undefined);
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((queue) => queue.close()));
    await client.flushall();
  });

  afterAll(async () => {
    client.disconnect();
    await redis.close();
  });

  const backend = (changes: Partial<RedisBackend> = {}): RedisBackend => ({
    kind: 'redis',
    topology: { kind: 'single' },
    nodes: [{ host: '127.0.0.1', port: redis.port }],
    login: { username: null, password: PASSWORD },
    database: 0,
    authorities: null,
    ...changes,
  });

  function start(changes: Partial<RedisBackend> = {}): { queue: TicketQueue; log: RecordingLog } {
    const log = new RecordingLog();
    const queue = createQueue({ backend: backend(changes), log, slots: 2 });
    open.push(queue);
    return { queue, log };
  }

  function startWorking(changes: Partial<RedisBackend> = {}): WorkingQueue {
    const working = openWorkingQueue(backend(changes));
    open.push(working.queue);
    return working;
  }

  describeQueueContract('Redis', backend);

  test('a ticket holds nothing but its kind, and each queue has one hash tag', async () => {
    const { queue } = start();
    await queue.issue('evaluate');
    const keys = await client.keys('*');
    expect(keys.filter((key) => !key.startsWith('{rungate-evaluate}:'))).toEqual([]);
    const [id = ''] = await client.lrange('{rungate-evaluate}:evaluate:wait', 0, -1);
    expect(await client.hgetall(`{rungate-evaluate}:evaluate:${id}`)).toMatchObject({ name: 'evaluate', data: '{}' });
  });

  test('a ticket that was done leaves nothing that names it', async () => {
    const { queue, worked } = startWorking();
    await queue.issue('evaluate');
    await until(async () => worked() > 0 && (await client.keys('*:evaluate:*-*-*')).length === 0);
  });

  test('tickets for the same moment are bounded by the slots', async () => {
    const { queue } = start();
    await Promise.all(Array.from({ length: 50 }, () => queue.issue('deliver', 60_000)));
    const ids = await client.zrange('{rungate-deliver}:deliver:delayed', '0', '-1');
    const slices = new Set(ids.map((id) => id.split('-')[1]));
    expect(ids.length).toBeLessThanOrEqual(2 * slices.size);
  });

  test('two databases of one server know nothing of one another', async () => {
    const { worked } = startWorking({ database: 1 });
    const { queue } = start({ database: 2 });
    await queue.issue('evaluate');
    const here = startWorking({ database: 2 });
    await until(() => here.worked() > 0);
    expect(worked()).toBe(0);
  });

  test('FLUSHALL while work runs loses tickets alone: the queue goes on, and nothing is said', async () => {
    const { queue, log } = start();
    let begun = 0;
    let release: () => void = () => undefined;
    queue.consume('evaluate', {
      slots: 1,
      work: async () => {
        begun += 1;
        await new Promise<void>((resolve) => (release = resolve));
        return false;
      },
    });
    await queue.issue('evaluate');
    await until(() => begun === 1);
    await queue.issue('evaluate');
    await client.flushall();
    release();
    await until(async () => (await queue.issue('evaluate')) && begun === 2);
    release();
    expect(log.count('queue away')).toBe(0);
  });

  describe('an outage', () => {
    test('at the start: tickets are refused, one line says what to do, and the queue comes by itself', async () => {
      await redis.kill();
      const { queue, log, worked } = startWorking();
      await until(() => log.count('queue away') > 0);
      const answers = await Promise.all(Array.from({ length: 100 }, () => queue.issue('evaluate')));
      expect(new Set(answers)).toEqual(new Set([false]));
      await expect(queue.waiting('evaluate')).rejects.toMatchObject({ code: 'unavailable' });
      const at = `127.0.0.1:${redis.port}`;
      expect(log.lines[0]).toEqual([
        'warn',
        'queue away',
        expect.objectContaining({ at, remedy: 'start Redis there, or correct REDIS_URL' }),
      ]);

      await redis.start();
      await until(() => queue.issue('evaluate'));
      await until(() => worked() > 0);
      await until(() => log.count('queue on Redis') === 1);
      expect([log.count('queue away'), log.count('queue back')]).toEqual([1, 1]);
    });

    test('of a server that is killed and started again: the consumer works again by itself', async () => {
      const working = startWorking();
      await untilWorked(working);
      await redis.kill();
      await until(async () => !(await working.queue.issue('evaluate')));
      await redis.start();
      await untilWorked(working);
      expect(working.log.count('queue away')).toBe(1);
    });

    test('of a connection alone is noticed though the server is there', async () => {
      const working = startWorking();
      await untilWorked(working);
      await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await untilWorked(working);
    });

    test('of a server that accepts and never answers: the issuer waits for its limit, and everything comes back', async () => {
      const { queue, log, worked } = startWorking();
      await queue.issue('evaluate');
      await until(() => worked() > 0);
      process.kill(redis.pid, 'SIGSTOP');
      const startedAt = performance.now();
      const answers = await Promise.all([queue.issue('evaluate'), queue.issue('deliver', 5_000)]);
      const took = performance.now() - startedAt;
      expect(answers).toEqual([false, false]);
      expect(took).toBeLessThan(15_000);
      expect(log.lines.at(-1)).toEqual([
        'warn',
        'queue away',
        expect.objectContaining({ at: `127.0.0.1:${redis.port}` }),
      ]);
      const { queue: late, log: lateLog } = start();
      await until(() => lateLog.count('queue away') === 1);
      expect(await late.issue('evaluate')).toBe(false);
      await late.close();

      process.kill(redis.pid, 'SIGCONT');
      const before = worked();
      await until(async () => (await queue.issue('evaluate')) && worked() > before);
    });

    test('close does not wait for a server that does not answer', async () => {
      const { queue, worked } = startWorking();
      await queue.issue('evaluate');
      await until(() => worked() > 0);
      process.kill(redis.pid, 'SIGSTOP');
      await queue.close();
      process.kill(redis.pid, 'SIGCONT');
      expect(await queue.issue('evaluate')).toBe(false);
    });
  });

  describe('what is wrong with the server', () => {
    test('a wrong password is told with the remedy and without the password', async () => {
      const { queue, log } = start({ login: { username: 'rungate', password: 'canary-of-another' } });
      expect(await queue.issue('evaluate')).toBe(false);
      await until(() => log.count('queue away') > 0);
      expect(log.lines[0]?.[2]).toMatchObject({ remedy: 'correct user and password in REDIS_URL' });
      expect(JSON.stringify(log.lines)).not.toMatch(/canary/);
    });

    test('a policy that evicts is warned of, once for each time it is looked at', async () => {
      await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
      const { log } = start();
      await until(() => log.count('queue on Redis') === 1);
      await client.config('SET', 'maxmemory-policy', 'noeviction');
      expect(log.lines).toContainEqual([
        'warn',
        'Redis may evict tickets',
        expect.objectContaining({
          policy: 'allkeys-lru',
          remedy: expect.stringMatching(/maxmemory-policy noeviction/) as string,
        }),
      ]);
    });

    test('TLS where there is none is told with the remedy', async () => {
      const { log } = start({ authorities: [] });
      await until(() => log.count('queue away') > 0);
      expect(log.lines[0]?.[2]).toMatchObject({
        remedy: expect.stringMatching(/rediss:\/\/ is for a server that speaks TLS/) as string,
      });
    });

    test('a full server refuses tickets and says what to do', async () => {
      const working = startWorking();
      await untilWorked(working);
      await client.config('SET', 'maxmemory', '1');
      const { queue, log } = working;
      const giveUpAt = performance.now() + 4_000;
      while (performance.now() < giveUpAt) {
        expect(await queue.issue('evaluate')).toBe(false);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      await client.config('SET', 'maxmemory', '0');
      expect(log.count('queue away')).toBe(1);
      await untilWorked(working);
      expect(log.lines).toContainEqual([
        'warn',
        'queue away',
        expect.objectContaining({ remedy: expect.stringMatching(/^Redis is full: raise its maxmemory/) as string }),
      ]);
    });
  });
});
