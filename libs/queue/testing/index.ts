/** A real Redis or Valkey for tests. */
export {
  describeWithRedis,
  redisProgram,
  startTestRedis,
  type TestRedis,
  type TestRedisOptions,
} from './test-redis.js';
