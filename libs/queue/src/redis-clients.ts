import { Cluster, Redis, type ClusterOptions, type RedisOptions } from 'ioredis';
import { CalmConnector, CalmSentinelConnector } from './calm-connectors.js';

/** Where a server listens. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** Name and password of one login; null where the server wants none. */
export interface RedisLogin {
  readonly username: string | null;
  readonly password: string | null;
}

/** Tickets in a Redis or Valkey. */
export interface RedisBackend {
  readonly kind: 'redis';
  /** Who leads to the data: one server, sentinels that know the master of that name, or any nodes of a cluster. */
  readonly topology:
    | { readonly kind: 'single' }
    | { readonly kind: 'sentinel'; readonly master: string; readonly login: RedisLogin }
    | { readonly kind: 'cluster' };
  /** The server itself, the sentinels, or the nodes to ask first; at least one. */
  readonly nodes: readonly RedisNode[];
  readonly login: RedisLogin;
  readonly database: number;
  /** PEM certificates of the authorities that count, those of Node when empty; null speaks without TLS. */
  readonly authorities: readonly string[] | null;
  /** Called with each server that a connection leads to: sentinels and clusters tell of others than `nodes`. */
  readonly learned?: ((node: RedisNode) => void) | undefined;
}

/** A connection of ours, to one server or to a cluster. */
export type RedisClient = Redis | Cluster;

/** How long connecting, or the answer to a command, may take before Redis counts as away, in milliseconds. */
const PATIENCE_MS = 3_000;
/** BullMQ waits for a ticket at most this long with one command. */
const LONGEST_WAIT_MS = 10_000;
/** How long a connection that is ended may stay half open. */
const GOODBYE_MS = 500;
/** Finds a peer that vanished without a word. */
const KEEP_ALIVE_MS = 10_000;

/** A connection for commands that are answered at once. */
export function connectForCommands(backend: RedisBackend): RedisClient {
  return connect(backend, PATIENCE_MS);
}

/** A connection for commands that wait for a ticket. */
export function connectForWaiting(backend: RedisBackend): RedisClient {
  return connect(backend, LONGEST_WAIT_MS + PATIENCE_MS);
}

/**
 * Begins to connect. Nothing is queued while it is away, nothing is sent twice, and it does not connect again: what failed
 * is replaced as a whole (see `Consumer` and `Producer`), so that one rule holds for every way in which a server can go.
 */
function connect(backend: RedisBackend, commandTimeout: number): RedisClient {
  const client = newClient(backend, commandTimeout);
  if (backend.learned !== undefined) learn(client, backend.learned);
  // Whoever uses it hears of failures by his commands; without a listener ioredis prints them.
  client.on('error', () => undefined);
  return client;
}

function newClient(backend: RedisBackend, commandTimeout: number): RedisClient {
  const { topology, nodes, database } = backend;
  const options = { ...commonOptions(backend), commandTimeout };
  if (topology.kind === 'cluster') return new Cluster([...nodes], clusterOptions(options));
  if (topology.kind === 'single') return new Redis({ ...nodes[0], ...options, ...FAIL_FAST, db: database });
  const { master, login } = topology;
  return new Redis({
    ...options,
    ...FAIL_FAST,
    db: database,
    Connector: CalmSentinelConnector,
    sentinels: [...nodes],
    name: master,
    sentinelRetryStrategy: () => null,
    // Later than the timeout of the connection, which ends it more thoroughly.
    sentinelCommandTimeout: 2 * PATIENCE_MS,
    ...(login.username === null ? {} : { sentinelUsername: login.username }),
    ...(login.password === null ? {} : { sentinelPassword: login.password }),
    ...(options.tls ? { sentinelTLS: options.tls, enableTLSForSentinelMode: true } : {}),
  });
}

function learn(client: RedisClient, learned: (node: RedisNode) => void): void {
  if (client instanceof Cluster) {
    client.on('+node', ({ options: { host, port } }: Redis) => {
      if (host !== undefined && port !== undefined) learned({ host, port });
    });
    return;
  }
  client.on('connect', () => {
    const { remoteAddress: host, remotePort: port } = client.stream;
    if (host !== undefined && port !== undefined) learned({ host, port });
  });
}

const FAIL_FAST = { retryStrategy: () => null, enableOfflineQueue: false } as const;

function commonOptions({
  login,
  authorities,
}: RedisBackend): Pick<RedisOptions, 'tls'> & ClusterOptions['redisOptions'] {
  return {
    Connector: CalmConnector,
    connectTimeout: PATIENCE_MS,
    disconnectTimeout: GOODBYE_MS,
    keepAlive: KEEP_ALIVE_MS,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: null,
    ...(login.username === null ? {} : { username: login.username }),
    ...(login.password === null ? {} : { password: login.password }),
    ...(authorities === null ? {} : { tls: authorities.length === 0 ? {} : { ca: [...authorities] } }),
  };
}

function clusterOptions(redisOptions: ClusterOptions['redisOptions']): ClusterOptions {
  return {
    clusterRetryStrategy: () => null,
    enableOfflineQueue: false,
    slotsRefreshTimeout: PATIENCE_MS,
    // Certificates are for names; ioredis would connect to the addresses behind them.
    dnsLookup: (name, done) => {
      done(null, name);
    },
    redisOptions,
  };
}
