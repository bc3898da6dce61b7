import { Redis } from 'ioredis';
import { startTestRedis, type TestRedis } from '@rungate/queue/testing';
import { onCleanup } from './cleanup.js';

/** What its users must know, and nobody else may read. */
export const REDIS_PASSWORD = 'canary-of-redis';

/** A Redis that ends with the test file. */
export interface SharedRedis {
  /** For `REDIS_URL`. */
  readonly url: string;
  readonly server: TestRedis;
  /** To look at it, and to wipe it; connects again by itself. */
  readonly client: Redis;
}

/** Starts a Redis that wants a password. */
export async function startRedis(): Promise<SharedRedis> {
  const server = await startTestRedis({ settings: [`requirepass ${REDIS_PASSWORD}`] });
  const client = new Redis(server.port, '127.0.0.1', { password: REDIS_PASSWORD, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  onCleanup(async () => {
    client.disconnect();
    await server.close();
  });
  return { url: `redis://:${REDIS_PASSWORD}@127.0.0.1:${server.port}/0`, server, client };
}
