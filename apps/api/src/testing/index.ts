/** The API over in-memory stores, asked without a socket: for its own tests. */
import { randomBytes } from 'node:crypto';
import type { Type } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { InjectOptions, LightMyRequestResponse as Response } from 'fastify';
import { checkProblems, type ConfigValidation } from '@rungate/checks';
import {
  API_TOKEN_BYTES,
  apiToken,
  apiTokenHash,
  type OrganizationRole,
  type PlatformRole,
  type Role,
} from '@rungate/access';
import { nothing, type Route } from '@rungate/contract';
import { EgressError, type Egress } from '@rungate/egress';
import { FakeTextRecords } from '@rungate/egress/testing';
import type { FailingCallback, Log, Member, Reevaluation, SystemState, TaskResultDetail } from '@rungate/run-task';
import {
  CountingIds,
  DeletesFail,
  FakeConnector,
  FixedClock,
  InMemoryAnswerStore,
  InMemoryApiTokenStore,
  InMemoryConnectStore,
  InMemoryAuditReader,
  InMemoryChangeFeed,
  InMemoryLiveBoard,
  InMemoryOperationStore,
  InMemoryDomainStore,
  InMemoryManagedConnectionStore,
  InMemoryMemberStore,
  InMemorySessionStore,
  InMemorySetupLinkStore,
  InMemorySignInStore,
  InMemoryOrganizationStore,
  InMemoryOnboardingStore,
  InMemoryOriginStore,
  InMemoryResendStore,
  InMemoryQuarantineReader,
  InMemoryRunTaskStore,
  InMemoryTaskResultReader,
  InMemoryViewStore,
  InMemorySavedViewStore,
  TemporaryPlans,
  PLATFORM,
  TESTER,
} from '@rungate/run-task/testing';
import { EventHub } from '../events/event-hub.js';
import { newSecret } from '../session/cookies.js';
import { ApiModule, fastifyOptions, type AboutProcess, type ApiOptions, type CatalogueEntry } from '../index.js';

export const TOKEN = 'a-bootstrap-token-of-the-tests-0123456789';

/** Nothing is reached from here. */
const NO_EGRESS: Egress = {
  development: false,
  request: () => Promise.reject(new EgressError('forbidden', 'tests reach nothing')),
  close: () => Promise.resolve(),
};

/** Stands in for the shipped catalogue: a plugin with one known key, for two stages. */
const GUARD: CatalogueEntry = {
  name: 'destructive-guard',
  version: '1.0.0',
  title: 'Destructive guard',
  summary: 'Stops what would be destroyed.',
  stages: ['post_plan', 'pre_apply'],
  configSchema: { type: 'object', properties: { protectedTypes: { type: 'array' } }, additionalProperties: false },
};

const METHODS = { get: 'GET', put: 'PUT', post: 'POST', delete: 'DELETE' } as const;

const QUIET: SystemState = {
  databaseMs: 1,
  databaseVersion: '18.4',
  migration: '20261122082000_live',
  hasOwner: true,
  workers: [],
  hosts: [],
};
const NO_WORK = { waiting: 0, inFlight: 0, oldestWaitMs: 0, nearestDeadlineMs: null, deliveriesDue: 0 };
const HEALTHY: AboutProcess = {
  version: '0.1.0',
  status: 'OK',
  roles: ['api'],
  checks: [{ name: 'database', status: 'OK', reason: null }],
  isolation: null,
  queueBackend: 'postgres',
};

export interface Ask {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Somebody who signed in. */
export interface SignedIn {
  /** Of the session. */
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Start {
  readonly options?: Partial<ApiOptions>;
  readonly taskResults?: readonly TaskResultDetail[];
  /** Served beside the API's own. */
  readonly controllers?: readonly Type[];
}

/** An API that is asked without a socket; it remembers what it logged. */
export class ApiUnderTest {
  readonly logged: unknown[] = [];
  readonly members = new InMemoryMemberStore();
  readonly sessions = new InMemorySessionStore(this.members, (id) => this.#organizations.slugOf(id));
  readonly connects = new InMemoryConnectStore();
  readonly connector = new FakeConnector();
  readonly runner = new DeletesFail();
  readonly plans = new TemporaryPlans();
  readonly clock = new FixedClock();
  readonly changes = new InMemoryChangeFeed(this.clock);
  /** What later checks said, by task result. */
  readonly reevaluations = new Map<string, readonly Reevaluation[]>();
  /** Verdicts that do not arrive. */
  readonly failing: FailingCallback[] = [];
  readonly #ids = new CountingIds();
  #organizations = new InMemoryOrganizationStore(this.clock, this.#ids);
  #app: NestFastifyApplication | null = null;
  #options: ApiOptions | null = null;

  /** What the API was started with. */
  get options(): ApiOptions {
    if (this.#options === null) throw new Error('the API was not started');
    return this.#options;
  }

  async start({ options = {}, taskResults = [], controllers = [] }: Start = {}): Promise<this> {
    this.#options = { ...this.#defaults(taskResults), ...options };
    const api = ApiModule.register(this.#options);
    const imports = [{ ...api, controllers: [...(api.controllers ?? []), ...controllers] }];
    const module = await Test.createTestingModule({ imports }).compile();
    this.#app = module.createNestApplication<NestFastifyApplication>(
      new FastifyAdapter({ ...fastifyOptions, forceCloseConnections: 'idle' }),
      {
        logger: false,
      },
    );
    await this.#app.init();
    return this;
  }

  async stop(): Promise<void> {
    await this.#app?.close();
  }

  /** Asks as the bootstrap principal, or as a session's cookie says, in JSON, for a path below `/api/v1`. */
  ask(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, { body, headers }: Ask = {}): Promise<Response> {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const asker = headers?.cookie === undefined ? { authorization: `Bearer ${TOKEN}` } : {};
    return this.inject({
      method,
      url: `/api/v1${path}`,
      headers: { ...asker, ...json, ...headers },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  /** Asks a route of the contract, with its parameters in the path. */
  askRoute(
    { method, path, body: shape }: Route,
    params: Readonly<Record<string, string>>,
    ask: Ask,
  ): Promise<Response> {
    const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? 'none'));
    const { body, ...rest } = ask;
    return this.ask(METHODS[method], url, shape === nothing || body === undefined ? rest : { ...rest, body });
  }

  /** A token of the platform; it has every organization. */
  async platformToken(role: PlatformRole, managedBy: string | null = null): Promise<string> {
    return this.#newToken(null, role, managedBy);
  }

  /** What a browser sends whose person has this role of the platform, and last proved who he is at `steppedUpAt`. */
  async personOf(role: PlatformRole, steppedUpAt: Date | null): Promise<Readonly<Record<string, string>>> {
    const arrival = { organizationId: null, connectionId: 'connection', name: role, email: null, address: null };
    const decision = { admitted: true, role, roleFrom: 'rule' } as const;
    const member = await this.members.arrive({ ...arrival, subject: role }, () => decision);
    if ('refused' in member) throw new Error(`${role} was refused`);
    const { value, hash } = newSecret();
    const limits = { idleSeconds: 60, absoluteSeconds: 60 };
    const about = { providerSession: null, idToken: null, userAgent: null, by: TESTER };
    await this.sessions.open({ organizationId: null, identityId: member.id, hash, ...limits, steppedUpAt, ...about });
    return { cookie: `__Host-rungate_sid=${value}`, 'x-rungate-request': '1', 'sec-fetch-site': 'same-origin' };
  }

  /** Asks with these headers and no token, in JSON, for a path below `/api/v1`. */
  askAs(
    headers: Readonly<Record<string, string>>,
    method: 'GET' | 'PUT' | 'POST',
    path: string,
    body?: unknown,
  ): Promise<Response> {
    return this.inject({
      method,
      url: `/api/v1${path}`,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
  }

  /** A token of an organization. */
  async tokenOf(slug: string, role: OrganizationRole): Promise<string> {
    const organization = await this.options.organizations.find(PLATFORM, slug);
    if (organization === null) throw new Error(`there is no ${slug}`);
    return this.#newToken(organization.id, role, null);
  }

  /** Somebody new of an organization, or of the platform. */
  async person(slug: string | null, role: OrganizationRole | PlatformRole): Promise<Member> {
    const organization = slug === null ? null : await this.#organizations.find(PLATFORM, slug);
    const about = { organizationId: organization?.id ?? null, connectionId: 'c', subject: this.#ids.next() };
    const arrived = await this.members.arrive({ ...about, name: role, email: null, address: null }, () => ({
      admitted: true,
      role,
      roleFrom: 'rule',
    }));
    if ('refused' in arrived) throw new Error('nobody was to be refused');
    return arrived;
  }

  /** Signs a person in; the id of the session, and the headers that a page of the console would send. */
  async signIn(
    slug: string | null,
    { id: identityId }: Member,
    steppedUpAt: Date | null = this.clock.now(),
  ): Promise<SignedIn> {
    const { value, hash } = newSecret();
    const organization = slug === null ? null : await this.#organizations.find(PLATFORM, slug);
    const organizationId = organization?.id ?? null;
    const lasts = { idleSeconds: 3_600, absoluteSeconds: 36_000, steppedUpAt };
    const about = { providerSession: null, idToken: null, userAgent: null, by: TESTER };
    await this.sessions.open({ organizationId, identityId, hash, ...lasts, ...about });
    const [session] = (await this.sessions.list(organizationId, identityId)).slice(-1);
    const page = { 'x-rungate-request': '1', 'sec-fetch-site': 'same-origin' };
    return { id: session?.id ?? '', headers: { cookie: `__Host-rungate_sid=${value}`, ...page } };
  }

  /** Somebody of the platform who signed in views an organization from now on. */
  async view(slug: string, { id: sessionId }: SignedIn): Promise<void> {
    const organization = await this.options.organizations.find(PLATFORM, slug);
    if (organization === null) throw new Error(`there is no ${slug}`);
    const begun = await this.options.views.begin({ organization, sessionId, reason: 'why', by: TESTER });
    if (begun === 'not_allowed') throw new Error(`${slug} does not let itself be viewed`);
  }

  /** An organization lets the platform view it, as it does at first. */
  async allowViews(slug: string): Promise<void> {
    const organization = await this.options.organizations.find(PLATFORM, slug);
    if (organization !== null) await this.options.views.allow(organization, true, TESTER);
  }

  /** Made in the store: an API gives out no more than its asker may do. */
  async #newToken(organizationId: string | null, role: Role, managedBy: string | null): Promise<string> {
    const token = apiToken(randomBytes(API_TOKEN_BYTES));
    const hash = apiTokenHash(token);
    const about = {
      organizationId,
      name: role,
      role,
      managedBy,
      lastFour: token.slice(-4),
      expiresInDays: 1,
      by: TESTER,
    };
    await this.options.apiTokens.create({ ...about, hash });
    return token;
  }

  inject(options: InjectOptions): Promise<Response> {
    return this.#running.inject(options);
  }

  /** Listens on a port of its own; for what is more than a request and its answer. */
  async listen(): Promise<string> {
    await this.#running.listen(0, '127.0.0.1');
    return this.#running.getUrl();
  }

  /** Every stream of events ends with what there was to tell at its beginning. */
  endStreams(): void {
    this.#running.get(EventHub).onModuleDestroy();
  }

  get #running(): NestFastifyApplication {
    if (this.#app === null) throw new Error('the API was not started');
    return this.#app;
  }

  #defaults(taskResults: readonly TaskResultDetail[]): ApiOptions {
    const { clock } = this;
    const ids = this.#ids;
    // Each start begins without any.
    this.#organizations = new InMemoryOrganizationStore(this.clock, ids);
    const organizations = this.#organizations;
    const origins = new InMemoryOriginStore(clock);
    const runTasks = new InMemoryRunTaskStore(clock, ids, origins);
    return {
      organizations,
      answers: new InMemoryAnswerStore(),
      signIns: new InMemorySignInStore(),
      members: this.members,
      savedViews: new InMemorySavedViewStore(ids),
      managedConnections: new InMemoryManagedConnectionStore(clock, ids),
      setupLinks: new InMemorySetupLinkStore(clock, ids),
      domains: new InMemoryDomainStore(clock, ids),
      textRecords: new FakeTextRecords(),
      sessions: this.sessions,
      views: new InMemoryViewStore(this.sessions, organizations, clock, ids),
      egress: NO_EGRESS,
      personas: () => [],
      clock,
      apiTokens: new InMemoryApiTokenStore((id) => organizations.slugOf(id), clock, ids),
      runTasks,
      origins,
      quarantines: new InMemoryQuarantineReader(),
      onboarding: new InMemoryOnboardingStore(organizations, runTasks),
      audit: new InMemoryAuditReader(),
      taskResults: new InMemoryTaskResultReader(taskResults),
      resends: new InMemoryResendStore(taskResults, clock),
      callbacks: { failing: () => Promise.resolve({ rows: this.failing, isCut: false }) },
      reevaluations: { list: (_scope, id) => Promise.resolve(this.reevaluations.get(id) ?? null) },
      changes: this.changes,
      live: new InMemoryLiveBoard(clock),
      interventions: { extend: () => Promise.resolve(null), finish: () => Promise.resolve(null) },
      system: { systemState: () => Promise.resolve(QUIET) },
      figures: { workFigures: () => Promise.resolve(NO_WORK) },
      aboutProcess: () => Promise.resolve(HEALTHY),
      operations: new InMemoryOperationStore(clock, ids),
      connects: this.connects,
      connector: this.connector,
      rehearsals: { runner: this.runner, catalogue: { needsPlan: () => true } },
      keepPlan: (_organizationId, source) => this.plans.keep(source),
      catalogue: () => [GUARD],
      checkProblems: (checks) => checkProblems(checks, { entries: () => [GUARD], validate: onlyProtectedTypes }),
      bootstrapToken: TOKEN,
      requestsPerSecond: 100_000,
      consoleFolder: null,
      publicUrl: 'https://rungate.example.com/',
      cursorKey: new Uint8Array(32).fill(7),
      development: false,
      timeScale: 1,
      purgeAfterDays: 30,
      openOrigins: { origins: ['https://app.terraform.io', 'https://app.eu.terraform.io'] },
      grantableRanges: ['10.0.0.0/8'],
      log: this.#log(),
    };
  }

  #log(): Log {
    const note = (moment: string, fields: unknown): void => void this.logged.push([moment, fields]);
    return { info: note, warn: note, error: note };
  }
}

function onlyProtectedTypes(_use: string, config: Readonly<Record<string, unknown>>): ConfigValidation {
  const unknown = Object.keys(config).filter((key) => key !== 'protectedTypes');
  if (unknown.length === 0) return { ok: true, config };
  return { ok: false, problems: unknown.map((key) => ({ pointer: `/${key}`, message: 'Is not known.' })) };
}

/** Pointers of a problem's faults. */
export function pointers(response: Response): readonly string[] {
  const { errors } = response.json<{ errors?: readonly { pointer: string }[] }>();
  return (errors ?? []).map(({ pointer }) => pointer);
}
