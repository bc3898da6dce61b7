import type { Redis } from 'ioredis';

/** Everything that a Redis holds, as text. */
export async function dumpRedis(client: Redis): Promise<string> {
  const keys = await client.keys('*');
  const values = await Promise.all(keys.map(async (key) => `${key} ${JSON.stringify(await read(client, key))}`));
  return values.join('\n');
}

async function read(client: Redis, key: string): Promise<unknown> {
  switch (await client.type(key)) {
    case 'hash':
      return client.hgetall(key);
    case 'list':
      return client.lrange(key, '0', '-1');
    case 'set':
      return client.smembers(key);
    case 'zset':
      return client.zrange(key, '0', '-1');
    case 'stream':
      return client.xrange(key, '-', '+', 'COUNT', 10_000);
    default:
      return client.get(key);
  }
}
