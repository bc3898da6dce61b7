import type {
  Clock,
  HookStore,
  Ids,
  OrganizationStore,
  RunTaskStore,
  ScheduleStore,
  TaskResultReader,
  TaskStore,
} from '@rungate/run-task';
import { PostgresClock } from './clock.js';
import { PostgresHookStore } from './hook-store.js';
import { Keyring, PURPOSES } from './keyring.js';
import { checkLogin } from './login-check.js';
import { LoginPool } from './login-pool.js';
import { loginPasswords, type LoginName } from './logins.js';
import type { MasterKeys, Purpose } from './master-keys.js';
import { PostgresOrganizationGate } from './organization-gate.js';
import { PostgresOrganizationStore } from './organization-store.js';
import { prismaOver, PrismaOrganizationGate } from './prisma.js';
import { PostgresRunTaskStore } from './run-task-store.js';
import { PostgresScheduleStore } from './schedule-store.js';
import type { Secret } from './secret.js';
import { PostgresTaskResultReader } from './task-result-reader.js';
import { PostgresTaskStore } from './task-store.js';
import { UuidV7 } from './uuidv7.js';

/** The logins that serve our own tables; `rungate_queue` is the queue's. */
type ServingLogin = Exclude<LoginName, 'rungate_queue'>;

export interface OpenPostgresOptions {
  /** Host, port, database and parameters count; its login does not. */
  readonly url: string;
  readonly masterKeys: MasterKeys;
  /** What this process may seal and open; everything when absent. */
  readonly purposes?: readonly Purpose[] | undefined;
  /** Connections per login at most. */
  readonly pools?: Partial<Readonly<Record<ServingLogin, number>>> | undefined;
  /** Logins that an operator made in place of ours. */
  readonly logins?: Partial<Readonly<Record<ServingLogin, OwnLogin>>> | undefined;
  /** Undecided task results that one organization may hold; 250,000 when absent. */
  readonly undecidedLimit?: number | undefined;
}

export interface OwnLogin {
  readonly user: string;
  readonly password: Secret<string>;
}

/** The platform's database, through the logins that serve. */
export interface Postgres {
  readonly hooks: HookStore;
  readonly schedule: ScheduleStore;
  readonly tasks: TaskStore;
  readonly organizations: OrganizationStore;
  readonly runTasks: RunTaskStore;
  readonly taskResults: TaskResultReader;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Rejects when a login cannot reach the database now. */
  health(): Promise<void>;
  close(): Promise<void>;
}

const UNDECIDED_LIMIT = 250_000;

/**
 * Opens the serving logins of a migrated database.
 * @throws PostgresError `unsafe_login` when one of them may do more than serve, `login_refused` when it cannot log in.
 */
export async function openPostgres(options: OpenPostgresOptions): Promise<Postgres> {
  const pools = {
    ingress: poolOf('rungate_ingress', options),
    organization: poolOf('rungate_organization', options),
    flow: poolOf('rungate_flow', options),
    platform: poolOf('rungate_platform', options),
  };
  const all = Object.values(pools);
  const closePools = async (): Promise<void> => {
    await Promise.all(all.map((pool) => pool.end()));
  };
  try {
    await Promise.all(all.map(checkLogin));
    const clock = await PostgresClock.start(pools.ingress);
    return { ...storesOver(pools, options, clock), ...lifecycle(all, clock, closePools) };
  } catch (error) {
    await closePools();
    throw error;
  }
}

type Pools = Readonly<Record<'ingress' | 'organization' | 'flow' | 'platform', LoginPool>>;

/** What each may hold and how long it may wait. Accept answers within 2 s whatever the database does. */
const LIMITS = {
  rungate_ingress: { size: 10, queryTimeoutMs: 1_000, connectTimeoutMs: 900 },
  rungate_organization: { size: 10, queryTimeoutMs: 20_000, connectTimeoutMs: 3_000 },
  rungate_flow: { size: 4, queryTimeoutMs: 20_000, connectTimeoutMs: 3_000 },
  rungate_platform: { size: 4, queryTimeoutMs: 20_000, connectTimeoutMs: 3_000 },
} as const;

function poolOf(login: ServingLogin, { url, masterKeys, pools, logins }: OpenPostgresOptions): LoginPool {
  const own = logins?.[login];
  const limits = LIMITS[login];
  return new LoginPool({
    ...limits,
    url,
    user: own?.user ?? login,
    passwords: own === undefined ? loginPasswords(masterKeys, login) : [own.password],
    size: pools?.[login] ?? limits.size,
  });
}

function storesOver(
  pools: Pools,
  options: OpenPostgresOptions,
  clock: Clock,
): Omit<Postgres, 'health' | 'close' | 'clock'> {
  const keyring = new Keyring(options.masterKeys, options.purposes ?? PURPOSES);
  const ids = new UuidV7(clock);
  const platform = prismaOver(pools.platform);
  const gate = new PrismaOrganizationGate(prismaOver(pools.organization));
  return {
    hooks: new PostgresHookStore(pools.ingress, keyring, { undecidedLimit: options.undecidedLimit ?? UNDECIDED_LIMIT }),
    schedule: new PostgresScheduleStore(pools.flow, ids),
    tasks: new PostgresTaskStore(new PostgresOrganizationGate(pools.organization), keyring, ids),
    organizations: new PostgresOrganizationStore({ gate, platform, keyring, ids, clock }),
    runTasks: new PostgresRunTaskStore({ gate, keyring, ids }),
    taskResults: new PostgresTaskResultReader(platform),
    ids,
  };
}

function lifecycle(
  all: readonly LoginPool[],
  clock: PostgresClock,
  closePools: () => Promise<void>,
): Pick<Postgres, 'health' | 'close' | 'clock'> {
  let closing: Promise<void> | null = null;
  return {
    clock,
    async health() {
      await Promise.all(all.map((pool) => pool.query('SELECT 1')));
    },
    close() {
      clock.stop();
      closing ??= closePools();
      return closing;
    },
  };
}
