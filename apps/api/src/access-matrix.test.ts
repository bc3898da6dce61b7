import { isDeepStrictEqual } from 'node:util';
import {
  ORGANIZATION_ROLES,
  PERMITTED,
  PLATFORM_ROLES,
  type OrganizationRole,
  type PlatformRole,
  type Role,
} from '@rungate/access';
import { fieldPermissions, routes, type Route } from '@rungate/contract';
import { InMemoryQuarantineReader, PLATFORM, TESTER } from '@rungate/run-task/testing';
import type { LightMyRequestResponse as Response } from 'fastify';
import { aTaskResult, START } from './testing/a-task-result.js';
import { ApiUnderTest, pointers, TOKEN, type SignedIn } from './testing/index.js';
import { TestSamlProvider } from './testing/saml-provider.js';

const ROLES: readonly Role[] = [...PLATFORM_ROLES, ...ORGANIZATION_ROLES, 'bootstrap'];
const ROUTES = Object.entries<Route>(routes).flatMap(([name, route]) =>
  route.permission === null ? [] : [{ name, route, permission: route.permission }],
);
const api = new ApiUnderTest();
const quarantines = new InMemoryQuarantineReader();
const tokens = new Map<Role, string>([['bootstrap', TOKEN]]);
/** One that can be sent again, and judged again. */
const GIVEN_UP = aTaskResult({ state: 'undeliverable', input: { state: 'kept', keptUntil: null } });
const saml = new TestSamlProvider();

beforeAll(async () => {
  const accepted = () => Promise.resolve({ kind: 'accepted' as const });
  const interventions = { extend: accepted, finish: accepted };
  await api.start({ options: { quarantines, interventions }, taskResults: [GIVEN_UP] });
  api.endStreams();
  api.reevaluations.set(GIVEN_UP.id, []);
  await restore();
  for (const role of PLATFORM_ROLES) tokens.set(role, await api.platformToken(role));
  for (const role of ORGANIZATION_ROLES) tokens.set(role, await api.tokenOf('acme', role));
});
afterAll(() => api.stop());

/** The organization that the organization's roles belong to, as the examples want it. */
async function restore(): Promise<void> {
  await api.ask('PUT', '/organizations/acme', { body: routes.putOrganization.example.body });
  await api.ask('POST', '/organizations/acme/resume');
  await api.allowViews('acme');
  for (const slug of ['acme', null]) await disableConnections(slug);
  await api.ask('PUT', '/organizations/acme/run-tasks/guard', { body: routes.putRunTask.example.body });
  const origin = encodeURIComponent('https://tfe.example.com');
  await api.ask('PUT', `/organizations/acme/origins/${origin}`, { body: routes.putOrigin.example.body });
}

/** What a route with an id is about, by its path: each case has one of its own, which somebody else made. */
const THINGS: Readonly<Record<string, (signedIn: SignedIn) => Promise<string> | string>> = {
  '/organizations/{org}/run-tasks/{name}/hmac-keys/{id}': () =>
    made(routes.createHmacKey, `/organizations/acme/run-tasks/keys-${others}/hmac-keys`),
  '/organizations/{org}/tokens/{id}': () => made(routes.createToken, '/organizations/acme/tokens'),
  '/tokens/{id}': () => made(routes.createPlatformToken, '/tokens'),
  '/organizations/{org}/members/{id}': async () => (await api.person('acme', 'viewer')).id,
  '/members/{id}': async () => (await api.person(null, 'auditor')).id,
  '/sessions/{id}': ({ id }) => id,
  '/saved-views/{id}': ({ headers }) => keptView(headers),
  '/operations/{id}': () => made(routes.planOperation, '/operations'),
  '/organizations/{org}/quarantines/{id}': async () => quarantined(await idOf('acme')),
  '/quarantines/{id}': () => quarantined(null),
  '/task-results/{id}': () => GIVEN_UP.id,
  '/organizations/{org}/sso-connections/{id}/metadata': () => samlDraft('/organizations/acme/sso-connections'),
  '/organizations/{org}/sso-connections/{id}': async () =>
    tested('acme', await made(routes.createSsoConnection, '/organizations/acme/sso-connections')),
  '/sso-connections/{id}/metadata': () => samlDraft('/sso-connections'),
  '/sso-connections/{id}': async () => tested(null, await made(routes.createPlatformSsoConnection, '/sso-connections')),
  '/organizations/{org}/domains/{id}': () => made(routes.addDomain, '/organizations/acme/domains'),
};

/** As what some routes are asked otherwise than in their examples: what they are about is new. */
const BODIES: Readonly<Record<string, object>> = {
  activate: { revision: 1 },
  metadata: { xml: saml.metadata() },
};

async function samlDraft(path: string): Promise<string> {
  const { id } = (await api.ask('POST', path, { body: { type: 'saml', name: 'SAML' } })).json<{ id: string }>();
  return id;
}

/** A draft that passed a test as it is. */
async function tested(slug: string | null, id: string): Promise<string> {
  const about = { by: 'Ada', findings: [], person: null, role: null, claims: [], rules: [] };
  const test = { ...about, at: START, passed: true };
  await api.options.managedConnections.noteTest(await idOf(slug), { id, revision: 1, test });
  return id;
}

async function idOf(slug: string | null): Promise<string | null> {
  return slug === null ? null : ((await api.options.organizations.find(PLATFORM, slug))?.id ?? null);
}

/** Only so many may be in use. */
async function disableConnections(slug: string | null): Promise<void> {
  const organizationId = await idOf(slug);
  const { managedConnections } = api.options;
  for (const { id, status } of await managedConnections.list(organizationId, 100, null))
    if (status !== 'disabled') await managedConnections.disable(organizationId, id, TESTER);
}

async function made({ example }: Route, path: string): Promise<string> {
  const response = await api.ask('POST', path, { body: example.body });
  return response.json<{ id: string }>().id;
}

async function keptView(headers: SignedIn['headers']): Promise<string> {
  if (headers.cookie === undefined) return 'none';
  const body = { page: 'live', name: 'mine', search: {} };
  return (await api.ask('POST', '/saved-views', { body, headers })).json<{ id: string }>().id;
}

function quarantined(organizationId: string | null): string {
  const id = `quarantine-${quarantines.shown.length}`;
  const place = organizationId === null ? null : { organizationId, runTaskId: 'r', check: 'names' };
  const about = { use: 'naming', pluginVersion: '1.2.0', since: START, until: START, failure: null, count: 3 };
  quarantines.shown.push({ ...about, id, place, runTask: place === null ? null : 'guard' });
  return id;
}

let others = 0;

/** One whose keys and pin nobody changed. */
async function newRunTask(): Promise<string> {
  others += 1;
  await api.ask('PUT', `/organizations/acme/run-tasks/keys-${others}`, { body: routes.putRunTask.example.body });
  return `keys-${others}`;
}

const NOT_SIGNED_IN: SignedIn = { id: 'none', headers: {} };

async function askWith(headers: Readonly<Record<string, string>>, route: Route, about: SignedIn): Promise<Response> {
  const [thing] = Object.entries(THINGS).filter(([path]) => route.path === path || route.path.startsWith(`${path}/`));
  if (route.path.includes('{id}') && thing === undefined) throw new Error(`name in THINGS what ${route.path} is about`);
  const name = /\/(hmac-keys|connect)/.test(route.path) ? await newRunTask() : 'guard';
  const id = (await thing?.[1](about)) ?? 'none';
  const params = { org: 'acme', name, origin: 'https://tfe.example.com', id };
  const { bodyType, example } = route;
  const body = BODIES[route.path.split('/').at(-1) ?? ''] ?? example.body;
  if (bodyType === undefined) return api.askRoute(route, params, { headers, body });
  const lines = `${JSON.stringify(example.body)}\n`;
  return api.askRoute(route, params, { headers: { ...headers, 'content-type': bodyType }, body: lines });
}

function bearer(role: Role): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${tokens.get(role) ?? ''}` };
}

function isPlatformRole(role: PlatformRole | OrganizationRole): role is PlatformRole {
  return PLATFORM_ROLES.some((known) => known === role);
}

async function signedIn(role: PlatformRole | OrganizationRole, steppedUpAt?: Date | null): Promise<SignedIn> {
  const slug = isPlatformRole(role) ? null : 'acme';
  return api.signIn(slug, await api.person(slug, role), steppedUpAt);
}

function mayAsk(role: Role, permission: Route['permission']): boolean {
  return permission === 'any' || (permission !== null && PERMITTED[role].has(permission));
}

/** A token has no sessions, and keeps no views. */
const ANSWERED_TO_TOKENS: Readonly<Record<string, readonly string[]>> = {
  endSession: ['404'],
  beginView: ['403'],
  createSavedView: ['404'],
  removeSavedView: ['404'],
};

describe('what each role may do', () => {
  const cases = ROUTES.flatMap((each) => ROLES.map((role) => ({ ...each, role })));

  it.each(cases)('the token of $role asks $name and gets what the table of roles says', async (each) => {
    const { role, name, route, permission } = each;
    const { statusCode } = await askWith(bearer(role), route, NOT_SIGNED_IN);
    await restore();
    const described = ANSWERED_TO_TOKENS[name] ?? Object.keys(route.responses);
    expect(mayAsk(role, permission) ? described : ['403']).toContain(String(statusCode));
  });

  it.each(ROUTES.flatMap((each) => [...PLATFORM_ROLES, ...ORGANIZATION_ROLES].map((role) => ({ ...each, role }))))(
    '$role signed in asks $name and gets the same',
    async ({ role, route, permission }) => {
      const who = await signedIn(role);
      const { statusCode } = await askWith(who.headers, route, who);
      await restore();
      expect(mayAsk(role, permission) ? Object.keys(route.responses) : ['403']).toContain(String(statusCode));
    },
  );
});

describe('a session that views an organization', () => {
  const MAY_VIEW = PLATFORM_ROLES.filter((role) => PERMITTED[role].has('organizations.view'));
  /** What its viewers see: all that is left. */
  const SEEN = [
    'listOrganizations',
    'getOrganization',
    'listRunTasks',
    'getRunTask',
    'listRefusals',
    'listQuarantines',
    'listTaskResults',
    'countTaskResults',
    'getTaskResult',
    'showVerdict',
    'getWorkspaceHistory',
    'getPlanChanges',
    'listReevaluations',
    'listCallbacks',
    'streamOrganizationEvents',
    'listChecks',
    'getMe',
    'listSessions',
    'listSavedViews',
  ];

  it('is one of an owner, an operator or of support', () => {
    expect(MAY_VIEW).toEqual(['owner', 'operator', 'support']);
  });

  it.each(ROUTES.flatMap((each) => MAY_VIEW.map((role) => ({ ...each, role }))))(
    'of $role does not ask $name unless viewers see it, and changes nothing',
    async ({ role, name, route }) => {
      const who = await signedIn(role);
      await api.view('acme', who);
      const response = await askWith(who.headers, route, who);
      const { code } = name === 'endView' || SEEN.includes(name) ? {} : response.json<{ code?: string }>();
      if (name === 'endView') expect(response.statusCode).toBe(204);
      else if (SEEN.includes(name)) expect(Object.keys(route.responses)).toContain(String(response.statusCode));
      else expect([response.statusCode, code]).toEqual([403, 'view-as-read-only']);
    },
  );

  it('sees no other organization either', async () => {
    await api.ask('PUT', '/organizations/globex', { body: {} });
    const who = await signedIn('owner');
    await api.view('acme', who);
    const { items } = (await api.ask('GET', '/organizations', who)).json<{ items: { slug: string }[] }>();
    expect(items.map(({ slug }) => slug)).toEqual(['acme']);
    const { statusCode } = await api.ask('GET', '/organizations/globex', who);
    expect(statusCode).toBe(403);
  });
});

describe('a session', () => {
  const STRONGEST = ['owner', 'admin'] as const;
  const mighty = (permission: Route['permission']) => STRONGEST.find((role) => mayAsk(role, permission)) ?? 'owner';
  const codeOf = (response: Response): readonly unknown[] => [
    response.statusCode,
    response.json<{ code?: string }>().code,
  ];

  it.each(ROUTES.filter(({ route }) => route.stepUp === true))('needs a fresh proof for $name', async (each) => {
    const who = await signedIn(mighty(each.permission), null);
    expect(codeOf(await askWith(who.headers, each.route, who))).toEqual([403, 'step-up-required']);
  });

  it.each(ROUTES.filter(({ route }) => route.method !== 'get'))(
    'does not do $name for a page of somebody else',
    async ({ route, permission }) => {
      const who = await signedIn(mighty(permission));
      const { cookie = '' } = who.headers;
      const foreign: readonly SignedIn['headers'][] = [{ cookie }, { ...who.headers, 'sec-fetch-site': 'cross-site' }];
      for (const headers of foreign) expect(codeOf(await askWith(headers, route, who))).toEqual([403, 'cross-site']);
    },
  );
});

describe('which fields each role may change', () => {
  const others: Readonly<Record<string, unknown>> = {
    tags: ['other'],
    weight: 77,
    maxInFlight: 7,
    retentionDays: 3_000,
    inputRetentionDays: 3_000,
    terraformOrigin: 'https://app.eu.terraform.io',
    downloadOrigins: ['https://app.eu.terraform.io'],
    deadlineProfile: 'fixed',
    onTimeout: 'passed',
    hmacKey: 'another-key-of-thirty-two-characters-and-more',
  };
  const puts: readonly (Route & {
    readonly body: typeof routes.putOrganization.body | typeof routes.putRunTask.body;
  })[] = [routes.putOrganization, routes.putRunTask];
  const cases = puts.flatMap((route) =>
    [...fieldPermissions(route.body)].flatMap(([field, permission]) =>
      ROLES.filter(
        (role) => route.permission !== null && route.permission !== 'any' && PERMITTED[role].has(route.permission),
      ).map((role) => ({ role, field, permission, route })),
    ),
  );

  it.each(cases)('$role changes $field with $permission alone', async ({ role, field, permission, route }) => {
    const body = {
      ...(route.example.body as object),
      [field]: field === 'hmacKey' ? `${role}-${String(others[field])}` : others[field],
    };
    expect(isDeepStrictEqual(body, route.example.body)).toBe(false);
    const withReason = { ...route, path: `${route.path}${'checks' in route.body.shape ? '?reason=why' : ''}` as const };
    const response = await api.askRoute(withReason, { org: 'acme', name: 'guard' }, { headers: bearer(role), body });
    await restore();
    if (PERMITTED[role].has(permission)) expect(response.statusCode).toBe(200);
    else expect([response.statusCode, pointers(response).includes(`/${field}`)]).toEqual([403, true]);
  });

  it('names a value for every field', () => {
    expect(new Set(cases.map(({ field }) => field))).toEqual(new Set(Object.keys(others)));
  });
});

describe('an editor', () => {
  const put = async (role: Role, changes: object, query = ''): Promise<Response> => {
    const [check] = routes.putRunTask.example.body.checks;
    const response = await api.ask('PUT', `/organizations/acme/run-tasks/guard${query}`, {
      body: { terraformOrigin: 'https://app.terraform.io', checks: [{ ...check, ...changes }] },
      headers: bearer(role),
    });
    await restore();
    return response;
  };

  it('edits checks, and leaves the rest as it is by not naming it', async () => {
    await api.ask('PUT', '/organizations/acme/run-tasks/guard', {
      body: { ...routes.putRunTask.example.body, onTimeout: 'passed', deadlineProfile: 'fixed' },
    });
    const response = await put('editor', { timeoutSeconds: 5 });
    expect(response.json()).toMatchObject({ onTimeout: 'passed', deadlineProfile: 'fixed', changed: ['checks'] });
  });

  it('does not weaken a mandatory check; an admin does, and says why', async () => {
    const weaker = { enforcement: 'shadow' };
    const refused = await put('editor', weaker, '?reason=why');
    expect([refused.statusCode, pointers(refused)]).toEqual([403, ['/checks/0/enforcement']]);
    const unexplained = await put('admin', weaker);
    expect([unexplained.statusCode, pointers(unexplained)[0]]).toEqual([400, '/query/reason']);
    expect((await put('admin', weaker, '?reason=why')).statusCode).toBe(200);
    expect((await put('operator', weaker)).statusCode).toBe(200);
  });

  it('does not touch what the platform locked, nor does an admin', async () => {
    const [check] = routes.putRunTask.example.body.checks;
    const lock = async (locked: boolean): Promise<void> => {
      await api.ask('PUT', '/organizations/acme/run-tasks/guard', {
        body: { ...routes.putRunTask.example.body, checks: [{ ...check, locked }] },
      });
    };
    await lock(true);
    const refused = await put('admin', { timeoutSeconds: 5, locked: true }, '?reason=why');
    expect([refused.statusCode, pointers(refused)]).toEqual([403, ['/checks/0']]);
    await lock(false);
    expect(pointers(await put('admin', { locked: true }))).toEqual(['/checks/0/locked']);
  });
});
