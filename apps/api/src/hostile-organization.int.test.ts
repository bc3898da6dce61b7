import { ORGANIZATION_ROLES, type OrganizationRole } from '@rungate/access';
import { API_PREFIX, nothing, routes, type Route } from '@rungate/contract';
import { startTestPostgres, type TestPostgres } from '@rungate/postgres/testing';
import { allowances } from '@rungate/run-task';
import { aRequest } from '@rungate/run-task/testing';
import type { LightMyRequestResponse as Response } from 'fastify';
import { ApiUnderTest } from './testing/index.js';

jest.setTimeout(120_000);

const METHODS = { get: 'GET', put: 'PUT', post: 'POST', delete: 'DELETE' } as const;
/** Of no organization, and spelled as one could be: as long as the other's, so that nothing differs but that it is not there. */
const NOBODY = { org: 'nobody', name: 'guare', id: '01943c5f-02b4-7d11-8a6e-91c3d5e7f999' } as const;

type Params = Readonly<Record<string, string>>;

/**
 * The people of acme are hostile: they know every name, id and cursor of globex. For each route of the contract, so that a
 * new one is covered by being one.
 */
describe('to the people of an organization another one is as none', () => {
  const api = new ApiUnderTest();
  let db: TestPostgres;
  const tokens = new Map<OrganizationRole, string>();
  let globex: Params;
  let taskResult: string;
  let cursor: string;

  beforeAll(async () => {
    db = await startTestPostgres();
    const { organizations, runTasks, taskResults, apiTokens, audit, members, sessions } = db.postgres;
    const { operations, callbacks, reevaluations, managedConnections, setupLinks, signIns } = db.postgres;
    const lists = { taskResults, operations, callbacks, reevaluations, audit };
    const people = { members, sessions, managedConnections, setupLinks, signIns };
    await api.start({ options: { organizations, runTasks, apiTokens, ...people, ...lists } });
    api.endStreams();
    for (const slug of ['acme', 'globex']) {
      await api.ask('PUT', `/organizations/${slug}`, { body: routes.putOrganization.example.body });
      for (const name of ['guard', 'other'])
        await api.ask('PUT', `/organizations/${slug}/run-tasks/${name}`, { body: routes.putRunTask.example.body });
    }
    await api.ask('PUT', '/organizations/globex/run-tasks/theirs', { body: routes.putRunTask.example.body });
    for (const role of ORGANIZATION_ROLES) tokens.set(role, await api.tokenOf('acme', role));
    const token = await api.ask('POST', '/organizations/globex/tokens', { body: { name: 'ci', role: 'viewer' } });
    globex = { org: 'globex', name: 'guard', id: token.json<{ id: string }>().id };
    taskResult = await aTaskResult(db, api);
    const page = await api.ask('GET', '/organizations/globex/run-tasks?limit=1');
    cursor = page.json<{ nextCursor: string }>().nextCursor;
  });
  afterAll(async () => {
    await api.stop();
    await db.close();
  });

  const ask = (role: OrganizationRole, route: Route, params: Params, query = ''): Promise<Response> => {
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? 'none'));
    const body = route.body === nothing ? {} : { payload: JSON.stringify(route.example.body) };
    const headers = { authorization: `Bearer ${tokens.get(role) ?? ''}`, ...(route.body === nothing ? {} : JSON_TYPE) };
    return api.inject({ method: METHODS[route.method], url: `${API_PREFIX}${path}${query}`, headers, ...body });
  };
  const cases = Object.entries<Route>(routes).flatMap(([name, route]) =>
    ORGANIZATION_ROLES.map((role) => ({ role, name, route })),
  );
  const withOrganization = cases.filter(({ route }) => route.path.includes('{org}'));

  it.each(withOrganization)(
    '$role asks $name of globex and of nobody, and gets the same to the byte',
    async ({ role, route }) => {
      const theirs = await ask(role, route, globex);
      expect(seenBy(theirs)).toEqual(seenBy(await ask(role, route, NOBODY)));
      expect(theirs.statusCode).toBe(404);
    },
  );

  const withId = cases.filter(({ route }) => /\{(id|name)\}/.test(route.path));
  /** The run task of globex has a name that acme may have, too. */
  const namesIn = (route: Route): readonly [Params, Params] => {
    const [theirs, nobodys] = route.path.includes('{id}') ? ['guard', 'guard'] : ['theirs', 'nobodys'];
    return [
      { ...globex, org: 'acme', name: theirs },
      { org: 'acme', name: nobodys, id: NOBODY.id },
    ];
  };
  it.each(withId.filter(({ route }) => route.method !== 'put'))(
    '$role asks $name with a name or id of globex, and gets what one of nobody gives',
    async ({ role, route }) => {
      const [named, unknown] = namesIn(route);
      const [theirs, none] = [await ask(role, route, named), await ask(role, route, unknown)];
      expect(seenBy(theirs)).toEqual(seenBy(none));
      expect([403, 404]).toContain(theirs.statusCode);
    },
  );

  const lists = cases.filter(({ route }) => Object.hasOwn(route.query.shape, 'cursor'));
  it.each(lists)(
    '$role goes on in $name with a cursor of globex, and gets what a made-up one gives',
    async ({ role, route }) => {
      const own = { org: 'acme', name: 'guard' };
      const theirs = await ask(role, route, own, `?cursor=${cursor}`);
      const madeUp = await ask(role, route, own, `?cursor=${cursor.replace(/^../, 'xx')}`);
      expect(seenBy(theirs)).toEqual(seenBy(madeUp));
      expect([400, 403, 404]).toContain(theirs.statusCode);
    },
  );

  const filters = cases.filter(({ route }) => Object.hasOwn(route.query.shape, 'organization'));
  it.each(filters)('$role filters $name by globex, and gets what nobody has', async ({ role, route }) => {
    const theirs = await ask(role, route, {}, '?organization=globex');
    expect(seenBy(theirs)).toEqual(seenBy(await ask(role, route, {}, '?organization=nobody')));
  });

  const searches = cases.filter(({ route }) => Object.hasOwn(route.query.shape, 'q'));
  it.each(searches)('$role searches $name for globex, and finds what is acme’s alone', async ({ role, route }) => {
    const found = await ask(role, route, {}, '?q=globex');
    expect([200, 403]).toContain(found.statusCode);
    expect(found.body).not.toContain('globex');
  });

  it.each(cases.filter(({ route }) => route.method === 'get'))(
    '$role reads in $name nothing that names globex',
    async ({ role, route }) => {
      const { body } = await ask(role, route, { org: 'acme', name: 'guard', id: globex.id ?? '' });
      expect(body).not.toMatch(/globex/i);
    },
  );

  it.each(ORGANIZATION_ROLES)(
    '%s asks for a task result of globex, and gets what an unknown one gives',
    async (role) => {
      for (const route of Object.values<Route>(routes).filter(({ path }) => path.startsWith('/task-results/{'))) {
        const theirs = await ask(role, route, { id: taskResult });
        expect(seenBy(theirs)).toEqual(seenBy(await ask(role, route, { id: NOBODY.id })));
      }
      const found = await api.ask('GET', `/task-results/${taskResult}`);
      expect([found.statusCode, found.json<{ organization: string }>().organization]).toEqual([200, 'globex']);
    },
  );

  // At the end: what is made by them is acme's own.
  it.each(withId.filter(({ route }) => route.method === 'put'))(
    '$role puts $name with a name or id of globex, and nothing tells that it is there',
    async ({ role, route }) => {
      const [named, unknown] = namesIn(route);
      const [theirs, none] = [await ask(role, route, named), await ask(role, route, unknown)];
      expect(theirs.statusCode).toBe(none.statusCode);
      if (theirs.statusCode >= 400) expect(seenBy(theirs)).toEqual(seenBy(none));
      // With a key and a hook of its own.
      else expect(Object.keys(theirs.json<object>())).toEqual(Object.keys(none.json<object>()));
    },
  );

  it('walks some routes of every kind', () => {
    const kinds = [withOrganization, withId, lists, filters, searches].map((kind) => kind.length > 0);
    expect(kinds).toEqual([true, true, true, true, true]);
  });
});

/** A task result of globex; its id. */
async function aTaskResult({ postgres }: TestPostgres, api: ApiUnderTest): Promise<string> {
  const runTask = await api.ask('GET', '/organizations/globex/run-tasks/guard');
  const hookId = runTask.json<{ hookUrl: string }>().hookUrl.split('/').at(-1) ?? '';
  const hook = await postgres.hooks.findHook(hookId);
  if (hook === null) throw new Error('globex has no hook');
  const id = postgres.ids.next();
  const about = { keyId: hook.keys[0]?.id ?? '', bodyHash: 'a'.repeat(64), allowances: allowances('rolling') };
  await postgres.hooks.recordTaskResult({ id, hook, request: aRequest({ task_result_id: 'taskrs-globex' }), ...about });
  return id;
}

const JSON_TYPE = { 'content-type': 'application/json' };
/** Different for every answer, whatever is asked: of the moment, and of the token's rate. */
const PASSING = ['date', 'x-request-id', 'ratelimit', 'ratelimit-remaining', 'ratelimit-reset'];

/** All of an answer that its reader can tell from another one, but what passes. */
function seenBy({ statusCode, headers, body }: Response): unknown {
  const kept = Object.entries(headers).filter(([name]) => !PASSING.includes(name));
  return { statusCode, headers: Object.fromEntries(kept), body };
}
