import type {
  AnswerStore,
  ApiTokenStore,
  AuditReader,
  AuditTrails,
  CallbackReader,
  ChangeFeed,
  Clock,
  ConnectionStore,
  ConnectStore,
  DomainStore,
  FiguresReader,
  LiveBoard,
  HookStore,
  InterventionStore,
  Ids,
  InputStore,
  ManagedConnectionStore,
  MemberStore,
  SavedViewStore,
  OnboardingStore,
  OperationStore,
  OperationWork,
  OrganizationStore,
  Purges,
  QuarantineReader,
  QuarantineStore,
  ReevaluationReader,
  OriginStore,
  ResendStore,
  RunTaskStore,
  ScheduleStore,
  SessionStore,
  SetupLinkStore,
  SignInStore,
  SystemReader,
  TaskResultReader,
  TaskStore,
  ViewStore,
} from '@rungate/run-task';
import { PostgresAnswerStore } from './answer-store.js';
import { PostgresApiTokenStore } from './api-token-store.js';
import { PostgresAuditReader } from './audit/audit-reader.js';
import { PostgresAuditTrails } from './audit/trail-keeper.js';
import { PostgresChangeFeed } from './change-feed.js';
import { PostgresClock } from './clock.js';
import { PostgresConnectStore } from './connect-store.js';
import { PostgresFiguresReader } from './figures-reader.js';
import type { PrismaClient } from './generated/client.js';
import { PostgresCallbackReader } from './failing-callbacks.js';
import { GrantOpener } from './grant-opener.js';
import { PostgresHookStore } from './hook-store.js';
import { PostgresInputStore } from './input-store.js';
import { PostgresInterventionStore } from './intervention-store.js';
import { Keyring, PURPOSES } from './keyring.js';
import { checkLogin } from './login-check.js';
import type { LoginPool } from './login-pool.js';
import type { Purpose } from './master-keys.js';
import { openLoginPool, type LoginPoolSource } from './open-login-pool.js';
import { PostgresLiveBoard } from './live-board.js';
import { PostgresOnboardingStore } from './onboarding-store.js';
import { PostgresOperationStore } from './operation-store.js';
import { PostgresOperationWork } from './operation-work.js';
import { PostgresOrganizationGate } from './organization-gate.js';
import { PostgresOrganizationStore } from './organization-store.js';
import { prismaOver, PrismaOrganizationGate } from './prisma.js';
import { ReadGate } from './read-gate.js';
import { PostgresPurges } from './purges.js';
import { PostgresQuarantineReader } from './quarantine-reader.js';
import { PostgresQuarantineStore } from './quarantine-store.js';
import { PostgresOriginStore } from './origin-store.js';
import { PostgresReevaluationReader } from './reevaluation-reader.js';
import { PostgresResendStore } from './resend-store.js';
import { PostgresRunTaskStore } from './run-task-store.js';
import { PostgresScheduleStore } from './schedule-store.js';
import { MIGRATIONS_DIR, readMigrations } from './migrations.js';
import { PostgresSystemReader } from './system-reader.js';
import { PostgresTaskResultReader } from './task-result-reader.js';
import { PostgresTaskStore } from './task-store.js';
import { PostgresConnectionStore } from './sign-in/connection-store.js';
import { PostgresDomainStore } from './sign-in/domain-store.js';
import { PostgresManagedConnectionStore } from './sign-in/managed-connection-store.js';
import { PostgresSavedViewStore } from './saved-view-store.js';
import { PostgresMemberStore } from './sign-in/member-store.js';
import { PostgresSessionStore } from './sign-in/session-store.js';
import { PostgresSetupLinkStore } from './sign-in/setup-link-store.js';
import { PostgresSignInStore } from './sign-in/sign-in-store.js';
import { PostgresViewStore } from './sign-in/view-store.js';
import { UuidV7 } from './uuidv7.js';

/** Where the stores are, and what this process may do with them. */
export interface OpenPostgresOptions extends LoginPoolSource {
  /** What this process may seal and open; everything when absent. */
  readonly purposes?: readonly Purpose[] | undefined;
  /** Undecided task results that one organization may hold; 250,000 when absent. */
  readonly undecidedLimit?: number | undefined;
  /** Whether people of the development provider may be here; no when absent. */
  readonly development?: boolean | undefined;
}

/** The platform's database, through the logins that serve. */
export interface Postgres {
  readonly hooks: HookStore;
  readonly schedule: ScheduleStore;
  readonly tasks: TaskStore;
  readonly organizations: OrganizationStore;
  readonly runTasks: RunTaskStore;
  readonly onboarding: OnboardingStore;
  readonly connects: ConnectStore;
  readonly origins: OriginStore;
  readonly taskResults: TaskResultReader;
  readonly resends: ResendStore;
  readonly callbacks: CallbackReader;
  readonly inputs: InputStore;
  readonly reevaluations: ReevaluationReader;
  readonly changes: ChangeFeed;
  readonly live: LiveBoard;
  readonly interventions: InterventionStore;
  readonly system: SystemReader;
  readonly operations: OperationStore;
  readonly operationWork: OperationWork;
  readonly apiTokens: ApiTokenStore;
  readonly signIns: SignInStore;
  readonly sessions: SessionStore;
  readonly views: ViewStore;
  readonly members: MemberStore;
  readonly savedViews: SavedViewStore;
  readonly connections: ConnectionStore;
  readonly managedConnections: ManagedConnectionStore;
  readonly setupLinks: SetupLinkStore;
  readonly domains: DomainStore;
  readonly audit: AuditReader;
  readonly answers: AnswerStore;
  readonly auditTrails: AuditTrails;
  readonly purges: Purges;
  readonly figures: FiguresReader;
  readonly quarantines: QuarantineStore;
  readonly shownQuarantines: QuarantineReader;
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
    ingress: openLoginPool('rungate_ingress', options),
    organization: openLoginPool('rungate_organization', options),
    flow: openLoginPool('rungate_flow', options),
    platform: openLoginPool('rungate_platform', options),
  };
  const all = Object.values(pools);
  const closePools = async (): Promise<void> => {
    await Promise.all(all.map((pool) => pool.end()));
  };
  try {
    await Promise.all(all.map(checkLogin));
    await Promise.all(all.map((pool) => pool.warm()));
    const clock = await PostgresClock.start(pools.ingress);
    return { ...storesOver(pools, options, clock), ...lifecycle(all, clock, closePools) };
  } catch (error) {
    await closePools();
    throw error;
  }
}

type Pools = Readonly<Record<'ingress' | 'organization' | 'flow' | 'platform', LoginPool>>;

function storesOver(
  pools: Pools,
  options: OpenPostgresOptions,
  clock: Clock,
): Omit<Postgres, 'health' | 'close' | 'clock'> {
  const keyring = new Keyring(options.masterKeys, options.purposes ?? PURPOSES);
  const ids = new UuidV7(clock);
  const gate = new PrismaOrganizationGate(prismaOver(pools.organization));
  const organizationGate = new PostgresOrganizationGate(pools.organization);
  const platform = prismaOver(pools.platform);
  const readGate = new ReadGate(platform, gate);
  return {
    hooks: new PostgresHookStore(pools.ingress, keyring, { undecidedLimit: options.undecidedLimit ?? UNDECIDED_LIMIT }),
    schedule: new PostgresScheduleStore(pools.flow, ids),
    tasks: new PostgresTaskStore(organizationGate, new GrantOpener(keyring), ids),
    organizations: new PostgresOrganizationStore({ gate, readGate, keyring, ids, clock }),
    onboarding: new PostgresOnboardingStore({ gate: organizationGate, platform, keyring, ids, clock }),
    connects: new PostgresConnectStore({ gate, keyring, ids }),
    runTasks: new PostgresRunTaskStore({ gate, keyring, ids, clock }),
    origins: new PostgresOriginStore(gate, ids),
    taskResults: new PostgresTaskResultReader(readGate),
    resends: new PostgresResendStore({ gate, readGate, ids }),
    callbacks: new PostgresCallbackReader(readGate),
    inputs: new PostgresInputStore({ gate: organizationGate, keyring, ids }),
    reevaluations: new PostgresReevaluationReader(readGate),
    changes: new PostgresChangeFeed(readGate),
    live: new PostgresLiveBoard(readGate),
    interventions: new PostgresInterventionStore({ gate, readGate, ids }),
    system: new PostgresSystemReader(readGate, readMigrations(MIGRATIONS_DIR).at(-1)?.name ?? ''),
    operations: new PostgresOperationStore({ gate, readGate, ids }),
    operationWork: new PostgresOperationWork(pools.flow),
    answers: new PostgresAnswerStore({ gate, readGate, clock }),
    apiTokens: new PostgresApiTokenStore({ pool: pools.organization, gate, readGate, ids, clock }),
    ...signInStores({
      pools,
      platform,
      gate,
      readGate,
      keyring,
      ids,
      clock,
      development: options.development ?? false,
    }),
    savedViews: new PostgresSavedViewStore({ gate, readGate, ids, clock }),
    audit: new PostgresAuditReader(readGate),
    auditTrails: new PostgresAuditTrails(pools.flow, keyring, clock),
    figures: new PostgresFiguresReader(pools.flow),
    shownQuarantines: new PostgresQuarantineReader({ gate, readGate, ids, clock }),
    quarantines: new PostgresQuarantineStore(pools.flow, organizationGate, ids),
    purges: new PostgresPurges(pools.flow, { keyring, clock, ids }),
    ids,
  };
}

interface SignInParts {
  readonly pools: Pools;
  readonly platform: PrismaClient;
  readonly gate: PrismaOrganizationGate;
  readonly readGate: ReadGate;
  readonly keyring: Keyring;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly development: boolean;
}

function signInStores({
  pools: { organization: pool },
  platform,
  ...parts
}: SignInParts): Pick<
  Postgres,
  'signIns' | 'sessions' | 'views' | 'members' | 'connections' | 'managedConnections' | 'setupLinks' | 'domains'
> {
  return {
    signIns: new PostgresSignInStore({ pool, platform, keyring: parts.keyring }),
    sessions: new PostgresSessionStore({ pool, ...parts }),
    views: new PostgresViewStore(parts),
    members: new PostgresMemberStore(parts),
    connections: new PostgresConnectionStore(parts),
    managedConnections: new PostgresManagedConnectionStore(parts),
    setupLinks: new PostgresSetupLinkStore({ pool, ...parts }),
    domains: new PostgresDomainStore(parts),
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
