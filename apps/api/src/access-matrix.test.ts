import { isDeepStrictEqual } from 'node:util';
import { ORGANIZATION_ROLES, PERMITTED, PLATFORM_ROLES, type Role } from '@rungate/access';
import { fieldPermissions, routes, type Route } from '@rungate/contract';
import type { LightMyRequestResponse as Response } from 'fastify';
import { ApiUnderTest, pointers, TOKEN } from './testing/index.js';

const ROLES: readonly Role[] = [...PLATFORM_ROLES, ...ORGANIZATION_ROLES, 'bootstrap'];
const api = new ApiUnderTest();
const tokens = new Map<Role, string>([['bootstrap', TOKEN]]);

beforeAll(async () => {
  await api.start();
  api.endStreams();
  await restore();
  for (const role of PLATFORM_ROLES) tokens.set(role, await api.platformToken(role));
  for (const role of ORGANIZATION_ROLES) tokens.set(role, await api.tokenOf('acme', role));
});
afterAll(() => api.stop());

/** The organization that the organization's roles belong to, as the examples want it. */
async function restore(): Promise<void> {
  await api.ask('PUT', '/organizations/acme', { body: routes.putOrganization.example.body });
  await api.ask('POST', '/organizations/acme/resume');
  await api.ask('PUT', '/organizations/acme/run-tasks/guard', { body: routes.putRunTask.example.body });
}

function ask(role: Role, route: Route, body: unknown = route.example.body): Promise<Response> {
  const headers = { authorization: `Bearer ${tokens.get(role) ?? ''}` };
  return api.askRoute(route, { org: 'acme', name: 'guard' }, { headers, body });
}

describe('what each role may do', () => {
  const cases = Object.entries<Route>(routes)
    .filter(([, { permission }]) => permission !== null)
    .flatMap(([name, route]) => ROLES.map((role) => ({ role, name, route })));

  it.each(cases)('$role asks $name and gets what the table of roles says', async ({ role, route }) => {
    const { permission } = route;
    const allowed = permission === 'any' || (permission !== null && PERMITTED[role].has(permission));
    const { statusCode } = await ask(role, route);
    await restore();
    if (allowed) expect([401, 403, 500]).not.toContain(statusCode);
    else expect(statusCode).toBe(403);
  });
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
    const response = await ask(role, withReason, body);
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
      headers: { authorization: `Bearer ${tokens.get(role) ?? ''}` },
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
