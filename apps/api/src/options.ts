import type { SignInOptions } from '@rungate/contract';
import type { Egress, TextRecords } from '@rungate/egress';
import type {
  AnswerStore,
  ApiTokenStore,
  AuditReader,
  CallbackReader,
  ChangeFeed,
  Check,
  Clock,
  ConnectStore,
  DomainStore,
  FetchedPlan,
  FiguresReader,
  InterventionStore,
  IsolationLevel,
  LiveBoard,
  Log,
  ManagedConnectionStore,
  MemberStore,
  OnboardingStore,
  OpenOrigins,
  OperationStore,
  OrganizationStore,
  RehearsePorts,
  OriginStore,
  ResendStore,
  QuarantineReader,
  ReevaluationReader,
  RunTaskStore,
  SessionStore,
  SetupLinkStore,
  SignInStore,
  Stage,
  SystemReader,
  SavedViewStore,
  TaskResultReader,
  TerraformConnector,
  ViewStore,
} from '@rungate/run-task';

/** What the composition root gives the API. */
export interface ApiOptions {
  readonly organizations: OrganizationStore;
  readonly runTasks: RunTaskStore;
  readonly onboarding: OnboardingStore;
  readonly origins: OriginStore;
  readonly quarantines: QuarantineReader;
  readonly taskResults: TaskResultReader;
  readonly resends: ResendStore;
  readonly callbacks: CallbackReader;
  readonly reevaluations: ReevaluationReader;
  readonly changes: ChangeFeed;
  readonly live: LiveBoard;
  readonly interventions: InterventionStore;
  readonly operations: OperationStore;
  readonly system: SystemReader;
  readonly figures: FiguresReader;
  /** How this process is doing, with reasons. */
  readonly aboutProcess: () => Promise<AboutProcess>;
  readonly apiTokens: ApiTokenStore;
  readonly signIns: SignInStore;
  readonly sessions: SessionStore;
  readonly views: ViewStore;
  readonly members: MemberStore;
  readonly savedViews: SavedViewStore;
  readonly managedConnections: ManagedConnectionStore;
  readonly setupLinks: SetupLinkStore;
  readonly domains: DomainStore;
  /** DNS, where domains are proved. */
  readonly textRecords: TextRecords;
  /** The way to identity providers. */
  readonly egress: Egress;
  /** The people of the development provider, as `/login` offers them. */
  readonly personas: () => readonly SignInChoice[];
  readonly clock: Clock;
  /** Of requests with an Idempotency-Key. */
  readonly answers: AnswerStore;
  readonly connects: ConnectStore;
  readonly connector: TerraformConnector;
  readonly audit: AuditReader;
  /** What judges a plan that nobody runs. */
  readonly rehearsals: RehearsePorts;
  /** Keeps a plan on disk until it is disposed of; null when there is no room. */
  readonly keepPlan: (organizationId: string, source: AsyncIterable<Uint8Array>) => Promise<FetchedPlan | null>;
  /** The check plugins of this installation. */
  readonly catalogue: () => readonly CatalogueEntry[];
  /** What is wrong with checks that only their plugins know. */
  readonly checkProblems: (checks: readonly Check[]) => readonly CheckProblem[];
  /** Null: no bootstrap token works. */
  readonly bootstrapToken: string | null;
  /** `RUNGATE_PUBLIC_URL`: where hooks are reached. */
  readonly publicUrl: string;
  /** Key of the cursors' authentication: the same in every process, 32 bytes or more. */
  readonly cursorKey: Uint8Array;
  /** `RUNGATE_DEV`: Terraform origins may be `http://`. */
  readonly development: boolean;
  /** `RUNGATE_TIME_SCALE`: how near a deadline is near. */
  readonly timeScale: number;
  /** `RUNGATE_PURGE_AFTER_DAYS` */
  readonly purgeAfterDays: number;
  /** Origins that need nobody's approval. */
  readonly openOrigins: OpenOrigins;
  /** `RUNGATE_EGRESS_CIDRS`: bounds the private ranges that can be granted. */
  readonly grantableRanges: readonly string[];
  /** What one token may ask of this process, on average over ten seconds. */
  readonly requestsPerSecond: number;
  /** Folder of the built console; null serves none. */
  readonly consoleFolder: string | null;
  readonly log: Log;
  /** Makes the key of a new run task; 256 random bits unless given. */
  readonly newHmacKey?: () => string;
}

/** One way to sign in, as `/login` offers it. */
export type SignInChoice = SignInOptions['choices'][number];

/** How one process is doing. */
export interface AboutProcess {
  readonly version: string;
  readonly status: 'OK' | 'ERROR' | 'DRAINING';
  readonly roles: readonly string[];
  readonly checks: readonly {
    readonly name: string;
    readonly status: 'OK' | 'ERROR' | 'AWAY';
    readonly reason: string | null;
  }[];
  /** How much checks are held back, and why no more; null where none run. */
  readonly isolation: { readonly level: IsolationLevel | null; readonly shortfall: string | null } | null;
  readonly queueBackend: 'redis' | 'postgres';
}

/** A check plugin as the catalogue shows it. */
export interface CatalogueEntry {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly summary: string;
  readonly stages: readonly Stage[];
  /** JSON Schema of its configuration. */
  readonly configSchema: Readonly<Record<string, unknown>>;
}

/** One thing that is wrong with a list of checks. */
export interface CheckProblem {
  /** JSON pointer into the list. */
  readonly pointer: string;
  readonly message: string;
}

/** Injection token of the options. */
export const API_OPTIONS = Symbol('ApiOptions');
