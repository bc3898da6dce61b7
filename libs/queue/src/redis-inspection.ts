import { once } from 'node:events';
import type { Log } from '@rungate/run-task';
import { connectForCommands, type RedisBackend, type RedisClient } from './redis-clients.js';
import { nodesOf } from './redis-trouble.js';

/** What is looked at, and who hears of it. */
export interface InspectionOptions {
  readonly backend: RedisBackend;
  readonly log: Log;
  /** Hears why it could not be asked. */
  readonly failed: (error: unknown) => void;
}

/** The oldest Redis that the queue is meant for, as [major, minor]. */
const OLDEST = [6, 2] as const;

/** Looks at the server, at the start and after each outage, and says what an operator should change. */
export class RedisInspection {
  #client: RedisClient | null = null;

  constructor(private readonly options: InspectionOptions) {}

  /** Begins to look unless it does already; never rejects. */
  begin(): void {
    if (this.#client !== null) return;
    const client = connectForCommands(this.options.backend);
    this.#client = client;
    ask(client)
      .then(
        (info) => {
          this.#tell(info);
        },
        (error: unknown) => {
          if (client === this.#client) this.options.failed(error);
        },
      )
      .finally(() => {
        client.disconnect();
        if (client === this.#client) this.#client = null;
      });
  }

  /** Stops looking. */
  close(): void {
    const client = this.#client;
    this.#client = null;
    client?.disconnect();
  }

  #tell(info: string): void {
    const { backend, log } = this.options;
    const { name, version, policy } = readInfo(info);
    log.info('queue on Redis', { at: nodesOf(backend), server: `${name} ${version}` });
    if (name === 'Redis' && isOlder(version)) {
      const remedy = `run Redis ${OLDEST.join('.')} or newer, or Valkey`;
      log.warn('Redis is too old', { version, effect: 'the queue may fail; the keeper starts work then', remedy });
    }
    if (policy !== null && policy !== 'noeviction') {
      const remedy = 'set maxmemory-policy noeviction in its configuration, and give the queue a Redis of its own';
      log.warn('Redis may evict tickets', { policy, effect: 'work may start up to a second late', remedy });
    }
  }
}

async function ask(client: RedisClient): Promise<string> {
  // Rejects with the `error` that comes before the end of a connection that never was.
  await Promise.race([once(client, 'ready'), ended(client)]);
  return client.info();
}

async function ended(client: RedisClient): Promise<never> {
  await once(client, 'end');
  throw new Error('the connection was closed');
}

/** Valkey says `redis_version:7.2.4` for the sake of clients, beside its own. */
function readInfo(info: string): { readonly name: string; readonly version: string; readonly policy: string | null } {
  const field = (name: string): string | null => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? null;
  const valkey = field('valkey_version');
  return {
    name: valkey === null ? 'Redis' : 'Valkey',
    version: valkey ?? field('redis_version') ?? 'of an unknown version',
    policy: field('maxmemory_policy'),
  };
}

function isOlder(version: string): boolean {
  const [major = NaN, minor = NaN] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}
