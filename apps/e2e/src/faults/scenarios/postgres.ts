import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { embeddedDatabaseUrl } from '../../harness/embedded-database.js';
import { until } from '../../harness/until.js';
import { startLoad } from '../world/load.js';
import type { PostgresServer } from '../world/postgres-server.js';
import type { QueueKind, World } from '../world/world.js';
import type { Scenario } from './scenario.js';

interface Trouble {
  readonly name: string;
  readonly about: string;
  readonly inCi: readonly QueueKind[];
  /** Whether no request can be stored meanwhile: then 503 must be the answer. */
  readonly refuses: boolean;
  readonly begin: (postgres: PostgresServer) => Promise<void>;
  readonly forMs: number;
  readonly end: (postgres: PostgresServer) => Promise<void>;
}

const EVERY_MS = 300;
const LOGINS = ['rungate_ingress', 'rungate_organization', 'rungate_flow', 'rungate_platform'];
const ANSWERED_WITHIN_MS = 30_000;

const TROUBLES: readonly Trouble[] = [
  {
    name: 'postgres-restarts-fast',
    about: 'Postgres is restarted in order',
    inCi: [],
    refuses: false,
    begin: (postgres) => postgres.restart('fast'),
    forMs: 0,
    end: nothing,
  },
  {
    name: 'postgres-restarts-immediate',
    about: 'Postgres ends as in a crash and recovers',
    inCi: ['redis'],
    refuses: false,
    begin: (postgres) => postgres.restart('immediate'),
    forMs: 0,
    end: nothing,
  },
  {
    name: 'postgres-away-10-s',
    about: 'Postgres refuses connections for 10 seconds',
    inCi: [],
    refuses: true,
    begin: ({ proxy }) => proxy.become({ kind: 'refuse' }),
    forMs: 10_000,
    end: ({ proxy }) => proxy.become({ kind: 'forward' }),
  },
  {
    name: 'postgres-never-answers',
    about: 'Postgres takes connections and never answers',
    inCi: [],
    refuses: true,
    begin: ({ proxy }) => proxy.become({ kind: 'silent' }),
    forMs: 6_000,
    end: ({ proxy }) => proxy.become({ kind: 'forward' }),
  },
  {
    name: 'postgres-read-only',
    about: 'Postgres takes no writes, as a standby after a failover',
    inCi: [],
    refuses: true,
    begin: (postgres) => setReadOnly(postgres, 'on'),
    forMs: 6_000,
    end: (postgres) => setReadOnly(postgres, 'off'),
  },
  {
    name: 'postgres-connections-exhausted',
    about: 'Postgres has no connection left for us',
    inCi: [],
    refuses: true,
    begin: async (postgres) => {
      await limitConnections(postgres, 0);
      const names = LOGINS.map((login) => `'${login}'`).join(', ');
      await postgres.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename IN (${names})`);
    },
    forMs: 6_000,
    end: (postgres) => limitConnections(postgres, -1),
  },
];

/** Faults of Postgres. */
export const postgresScenarios: readonly Scenario[] = [
  ...TROUBLES.map(({ name, about, inCi, refuses, begin, forMs, end }) => ({
    name,
    about,
    inCi,
    queues: ['redis', 'postgres'] as const,
    async tell(world: World) {
      return underLoad(world, refuses, async () => {
        await begin(world.postgres);
        await sleep(forMs);
        return () => end(world.postgres);
      });
    },
  })),
  {
    name: 'postgres-locked',
    about: 'a lock on the task results is held for 6 seconds',
    inCi: ['redis'],
    queues: ['redis', 'postgres'],
    tell: (world) =>
      underLoad(world, true, async () => {
        const client = new Client({ connectionString: embeddedDatabaseUrl(world.postgres.dataDir) });
        await client.connect();
        await client.query('BEGIN');
        await client.query('LOCK TABLE task_results IN ACCESS EXCLUSIVE MODE');
        await sleep(6_000);
        return () => client.end();
      }),
  },
];

/** While task results arrive: the trouble, its end, and what every process did meanwhile. */
async function underLoad(
  world: World,
  refuses: boolean,
  trouble: () => Promise<() => Promise<void>>,
): Promise<undefined> {
  const tenants = [await world.tenant(), await world.tenant()];
  const pids = pidsOf(world);
  const load = startLoad(world, { tenants, everyMs: EVERY_MS });
  await sleep(1_000);
  const end = await trouble();
  try {
    if (refuses) await expectRefusal(world);
  } finally {
    await end();
  }
  await sleep(1_000);
  assert.notEqual((await load.stop()).length, 0);
  assert.deepEqual(pidsOf(world), pids, 'a process ended');
}

/** Somebody was told 503 meanwhile. */
async function expectRefusal({ host, tenants }: World): Promise<void> {
  const markers = tenants.slice(-2).map(({ marker }) => marker);
  await until('a 503', ANSWERED_WITHIN_MS, async () => {
    const histories = await host.simulator.histories();
    const ours = histories.filter(({ workspaceName }) => markers.includes(workspaceName));
    return ours.some(({ requests }) => requests.some(({ status }) => status === 503)) ? true : null;
  });
}

function pidsOf({ processes }: World): readonly number[] {
  return Object.values(processes).map(({ pid, isRunning }) => (isRunning ? pid : -1));
}

async function setReadOnly(postgres: PostgresServer, to: 'on' | 'off'): Promise<void> {
  await postgres.query(`ALTER SYSTEM SET default_transaction_read_only = ${to}`);
  await postgres.query('SELECT pg_reload_conf()');
}

async function limitConnections(postgres: PostgresServer, limit: number): Promise<void> {
  for (const login of LOGINS) await postgres.query(`ALTER ROLE ${login} CONNECTION LIMIT ${limit}`);
}

function nothing(): Promise<void> {
  return Promise.resolve();
}
