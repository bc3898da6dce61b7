import { createEgress, type Egress } from '@rungate/egress';
import { anOrganization, startTestPostgres, type TestPostgres } from '@rungate/postgres/testing';
import type { DesiredConnection } from '@rungate/run-task';
import { TESTER } from '@rungate/run-task/testing';
import { ApiUnderTest } from '../testing/index.js';
import { aConnection } from './testing/a-connection.js';
import { Browser } from './testing/browser.js';
import { HostileProvider, type Misbehaviour } from './testing/hostile-provider.js';
import { travelsThrough } from './testing/travels.js';

jest.setTimeout(120_000);

const CONNECTION = '01943c60-0000-7000-8000-00000000000a';
const OTHER = '01943c60-0000-7000-8000-00000000000b';
const PLATFORM = '01943c60-0000-7000-8000-00000000000c';
const SECRET = 'a-client-secret-of-thirty-two-bytes-and-more';

describe('signing in by OIDC', () => {
  const api = new ApiUnderTest();
  let db: TestPostgres;
  let egress: Egress;
  let provider: HostileProvider;
  let other: HostileProvider;
  let acme: string;
  /** Rises with each change, so that no document of before is remembered. */
  let changes = 0;

  beforeAll(async () => {
    db = await startTestPostgres();
    acme = (await anOrganization(db, 'acme')).organization.id;
    egress = createEgress({ development: true, grantableRanges: [], ownEndpoints: () => [] });
    provider = await new HostileProvider(CONNECTION).start();
    other = await new HostileProvider(OTHER).start();
    const { signIns, sessions, members, organizations, apiTokens, clock } = db.postgres;
    const stores = { signIns, sessions, members, organizations, apiTokens, clock };
    await api.start({ options: { ...stores, egress, publicUrl: 'http://127.0.0.1:3000' } });
    // Another plane has a connection to the same issuer: what binds is a required claim.
    await connect(CONNECTION, provider, { requiredClaims: [{ claim: 'tid', value: 'acme' }] });
    await connect(OTHER, other);
    await connect(PLATFORM, provider, { organizationId: null, clientId: CONNECTION, defaultRole: 'auditor' });
  });
  afterAll(async () => {
    await api.stop();
    await provider.stop();
    await other.stop();
    await egress.close();
    await db.close();
  });
  beforeEach(() => {
    provider.misbehaviour = {};
  });

  const connect = async (
    id: string,
    { issuer }: HostileProvider,
    more: Partial<DesiredConnection> = {},
  ): Promise<void> => {
    changes += 1;
    const about = { id, issuer, organizationId: acme, name: `connection ${changes}`, clientSecret: SECRET };
    await db.postgres.connections.save(aConnection({ ...about, ...more }), TESTER);
  };
  const { begin, comeBack, signIn } = travelsThrough(CONNECTION, { api, provider: () => provider });

  it('asks for a code with PKCE, state and nonce, and comes back to where the person was', async () => {
    const browser = new Browser(api);
    const asked = new URL(await begin(browser, CONNECTION, '?return=/o/acme/results/1'));
    const { state, nonce, ...rest } = Object.fromEntries(asked.searchParams);
    expect(rest).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `http://127.0.0.1:3000/auth/c/${CONNECTION}/callback`,
    });
    expect([state, nonce].every((chance) => (chance ?? '').length >= 32)).toBe(true);
    provider.misbehaviour = { claims: { tid: 'acme', name: 'Mallory' } };
    expect(await comeBack(browser, provider.authorize(asked.href))).toBe('/o/acme/results/1');
    expect((await browser.get('/api/v1/me')).json()).toMatchObject({
      kind: 'session',
      name: 'Mallory',
      role: 'viewer',
      organization: 'acme',
    });
    expect(provider.verifier).toMatch(/^[\w-]{43}$/);
  });

  it.each<[string, Misbehaviour]>([
    ['of another issuer', { claims: { iss: 'https://other.example' } }],
    ['for somebody else', { claims: { aud: 'somebody-else' } }],
    ['for others as well', { claims: { aud: [CONNECTION, 'somebody-else'], azp: CONNECTION } }],
    ['that another client asked for', { claims: { azp: 'somebody-else' } }],
    ['of another sign-in', { claims: { nonce: 'another' } }],
    ['without the nonce', { claims: { nonce: undefined } }],
    ['that is over', { late: -3_600 }],
    ['from the future', { late: 3_600 }],
    ['signed with a key that nobody published', { isKeyForeign: true }],
    ['signed with the secret that both know', { header: { alg: 'HS256' }, secret: SECRET }],
    ['that nobody signed', { header: { alg: 'none' } }],
  ])('takes no ID token %s', async (_, misbehaviour) => {
    const browser = new Browser(api);
    const location = await begin(browser);
    provider.misbehaviour = { ...misbehaviour, claims: { tid: 'acme', ...misbehaviour.claims } };
    expect(await comeBack(browser, provider.authorize(location))).toBe('/login?problem=provider');
    expect(browser.cookies.size).toBe(0);
  });

  it.each<[string, Readonly<Record<string, string | null>>, string]>([
    ['another state', { state: 'another' }, 'provider'],
    ['no state', { state: null }, 'provider'],
    ['the name of another provider', { iss: 'https://other.example' }, 'provider'],
    ['no name of a provider that gives it', { iss: null }, 'provider'],
    ['a code of nobody', { code: 'x' }, 'provider'],
    ['no answer at all', { code: null, state: null, iss: null }, 'provider'],
    ['a no', { code: null, error: 'access_denied' }, 'refused'],
  ])('takes nobody back with %s', async (_, changed, problem) => {
    const browser = new Browser(api);
    const query = provider.authorize(await begin(browser));
    for (const [name, value] of Object.entries(changed)) {
      if (value === null) query.delete(name);
      else query.set(name, value);
    }
    expect(await comeBack(browser, query)).toBe(`/login?problem=${problem}`);
    expect(browser.cookies.size).toBe(0);
  });

  it('takes no answer of one provider for that of another', async () => {
    const browser = new Browser(api);
    const location = await begin(browser, OTHER);
    const query = provider.authorize(location);
    // At the connection that it was begun for, and at the one whose provider answered.
    expect(await comeBack(browser, query, OTHER)).toBe('/login?problem=provider');
    expect(await comeBack(browser, query, CONNECTION)).toBe('/login?problem=expired');
  });

  it('takes an answer once, and in the browser that began alone', async () => {
    const browser = new Browser(api);
    const query = provider.authorize(await begin(browser));
    expect(await comeBack(new Browser(api), query)).toBe('/login?problem=expired');
    const copy = new Browser(api);
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
    provider.misbehaviour = { claims: { tid: 'acme' } };
    expect(await comeBack(browser, query)).toBe('/');
    expect(await comeBack(copy, query)).toBe('/login?problem=expired');
  });

  it('refuses a provider whose document is of another, or names a service inside', async () => {
    provider.misbehaviour = { document: { issuer: 'https://other.example' } };
    await connect(OTHER, provider);
    expect(await begin(new Browser(api), OTHER)).toBe('/login?problem=provider');
    provider.misbehaviour = { document: { token_endpoint: 'http://10.0.0.7/token' } };
    await connect(OTHER, provider);
    const browser = new Browser(api);
    const location = await begin(browser, OTHER);
    expect(await comeBack(browser, provider.authorize(location), OTHER)).toBe('/login?problem=provider');
    await connect(OTHER, other);
  });

  it('gives roles of its own plane alone, and binds where a provider serves two planes', async () => {
    expect((await signIn({ groups: ['admins'] })).to).toBe('/');
    expect((await signIn({ tid: 'globex' })).to).toBe('/login?problem=not-admitted');
    const browser = new Browser(api);
    provider.misbehaviour = { claims: { sub: 'stranger' } };
    const query = provider.authorize(await begin(browser, PLATFORM));
    expect(await comeBack(browser, query, PLATFORM)).toBe('/login?problem=not-admitted');
    await expect(
      db.query(`INSERT INTO identities (id, connection_id, subject, name, role, role_from)
        VALUES (gen_random_uuid(), '${CONNECTION}', 'x', 'x', 'owner', 'person')`),
    ).rejects.toThrow('violates foreign key');
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/auth/logout',
    '/a\nb',
  ])('goes nowhere else afterwards: %s', async (path) => {
    expect((await signIn({}, `?return=${encodeURIComponent(path)}`)).to).toBe('/');
  });

  it('gives a new id at each sign-in, and ends the one of before', async () => {
    const { browser } = await signIn();
    const before = browser.cookies.get('rungate_sid') ?? '';
    await comeBack(browser, provider.authorize(await begin(browser)));
    expect(browser.cookies.get('rungate_sid')).not.toBe(before);
    const thief = new Browser(api);
    thief.cookies.set('rungate_sid', before);
    expect((await thief.get('/api/v1/me')).statusCode).toBe(401);
    thief.cookies.set('rungate_sid', 'a'.repeat(43));
    expect((await thief.get('/api/v1/me')).statusCode).toBe(401);
  });

  it('ends a session that nobody used, and each one after its time', async () => {
    const { browser } = await signIn();
    const me = async (): Promise<number> => (await browser.get('/api/v1/me')).statusCode;
    await db.query(`UPDATE sessions SET seen_at = now() - interval '7 hours 59 minutes'`);
    expect(await me()).toBe(200);
    await db.query(`UPDATE sessions SET seen_at = now() - interval '7 hours 59 minutes'`);
    const idle = `SELECT now() - max(seen_at) > interval '7 hours' AS idle FROM sessions`;
    const background = { 'x-rungate-background': '1' };
    expect((await browser.get('/api/v1/me', background)).statusCode).toBe(200);
    expect(await db.query(idle)).toEqual([{ idle: true }]);
    expect(await me()).toBe(200);
    expect(await db.query(idle)).toEqual([{ idle: false }]);
    await db.query(`UPDATE sessions SET seen_at = now() - interval '8 hours'`);
    expect(await me()).toBe(401);
    await db.query(`UPDATE sessions SET seen_at = now()`);
    expect(await me()).toBe(200);
    await db.query(`UPDATE sessions SET ends_at = now()`);
    expect(await me()).toBe(401);
  });

  it('asks for a fresh proof before a token is made, of the same person', async () => {
    const { browser } = await signIn({ groups: ['admins'] });
    const make = async () =>
      browser.send('POST', '/api/v1/organizations/acme/tokens', { body: { name: 'ci', role: 'viewer' } });
    const refused = await make();
    expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([403, 'step-up-required']);
    const stepUp = async (claims: object): Promise<string> => {
      const location = (await browser.get('/auth/step-up?return=/o/acme/tokens')).headers.location ?? '';
      expect(new URL(location).searchParams.get('prompt')).toBe('login');
      provider.misbehaviour = { claims: { tid: 'acme', groups: ['admins'], ...claims } };
      return comeBack(browser, provider.authorize(location));
    };
    const now = Math.floor(Date.now() / 1_000);
    expect(await stepUp({})).toBe('/login?problem=provider');
    expect(await stepUp({ auth_time: now - 3_600 })).toBe('/login?problem=provider');
    expect(await stepUp({ auth_time: now, sub: 'somebody-else' })).toBe('/login?problem=other-person');
    expect((await make()).statusCode).toBe(403);
    const before = browser.cookies.get('rungate_sid');
    expect(await stepUp({ auth_time: now })).toBe('/o/acme/tokens');
    expect(browser.cookies.get('rungate_sid')).not.toBe(before);
    expect((await make()).statusCode).toBe(201);
  });

  it('lets nobody in again who was blocked, and ends what he holds at once', async () => {
    const { browser } = await signIn({ sub: 'eve', groups: ['admins'], auth_time: Math.floor(Date.now() / 1_000) });
    const made = await browser.send('POST', '/api/v1/organizations/acme/tokens', {
      body: { name: 'e', role: 'admin' },
    });
    const { token } = made.json<{ token: string }>();
    const asked = { authorization: `Bearer ${token}` };
    expect((await api.ask('GET', '/me', { headers: asked })).statusCode).toBe(200);
    const ofToken = await api.ask('POST', '/organizations/acme/tokens', {
      headers: asked,
      body: { name: 'f', role: 'admin' },
    });
    const further = { authorization: `Bearer ${ofToken.json<{ token: string }>().token}` };
    expect((await api.ask('GET', '/me', { headers: further })).statusCode).toBe(200);
    const listed = await api.ask('GET', '/organizations/acme/members');
    const members = listed.json<{ items: { id: string; subject: string }[] }>().items;
    const eve = members.find(({ subject }) => subject === 'eve')?.id ?? '';
    const changed = await api.ask('PUT', `/organizations/acme/members/${eve}`, {
      body: { role: 'admin', state: 'blocked' },
    });
    expect([changed.statusCode, changed.json<{ state: string }>().state]).toEqual([200, 'blocked']);
    expect((await browser.get('/api/v1/me')).statusCode).toBe(401);
    expect((await api.ask('GET', '/me', { headers: asked })).statusCode).toBe(401);
    // What was made with a token is its person's, too.
    expect((await api.ask('GET', '/me', { headers: further })).statusCode).toBe(401);
    expect((await signIn({ sub: 'eve' })).to).toBe('/login?problem=blocked');
  });

  it('lets nobody keep what he held when he has another role', async () => {
    const { browser } = await signIn({ sub: 'kim', groups: ['admins'], auth_time: Math.floor(Date.now() / 1_000) });
    const made = await browser.send('POST', '/api/v1/organizations/acme/tokens', {
      body: { name: 'k', role: 'admin' },
    });
    const headers = { authorization: `Bearer ${made.json<{ token: string }>().token}` };
    expect((await api.ask('GET', '/me', { headers })).statusCode).toBe(200);
    // The provider says so at the next sign-in; that one counts.
    const again = await signIn({ sub: 'kim' });
    expect((await again.browser.get('/api/v1/me')).json()).toMatchObject({ role: 'viewer' });
    expect((await api.ask('GET', '/me', { headers })).statusCode).toBe(401);
    expect((await browser.get('/api/v1/me')).statusCode).toBe(401);
  });

  it('ends what somebody holds whom his provider, or a rule, no longer lets in', async () => {
    const { browser } = await signIn({ sub: 'lou', groups: ['admins'], auth_time: Math.floor(Date.now() / 1_000) });
    const body = { name: 'l', role: 'admin' };
    const made = await browser.send('POST', '/api/v1/organizations/acme/tokens', { body });
    const headers = { authorization: `Bearer ${made.json<{ token: string }>().token}` };
    // Whoever comes back in the place of another does the other no harm.
    const stepUp = (await browser.get('/auth/step-up')).headers.location ?? '';
    await signIn({ sub: 'max' });
    provider.misbehaviour = { claims: { tid: 'acme', sub: 'max', auth_time: Math.floor(Date.now() / 1_000) } };
    expect(await comeBack(browser, provider.authorize(stepUp))).toBe('/login?problem=other-person');
    expect((await api.ask('GET', '/me', { headers })).statusCode).toBe(200);
    expect((await signIn({ sub: 'lou', tid: 'globex' })).to).toBe('/login?problem=not-admitted');
    expect((await browser.get('/api/v1/me')).statusCode).toBe(401);
    expect((await api.ask('GET', '/me', { headers })).statusCode).toBe(401);
    const noted = await db.query(`SELECT FROM audit_events WHERE action = 'member.refused'
      AND subject ->> 'name' = 'lou'`);
    expect(noted).toHaveLength(1);
  });

  it('asks before a session ends for the person of another, whoever began the sign-in', async () => {
    const { browser } = await signIn({ sub: 'victim', name: 'Vera' });
    const me = async (): Promise<string> => (await browser.get('/api/v1/me')).json<{ name: string }>().name;
    const arrive = async (site: string): Promise<string> => {
      provider.misbehaviour = { claims: { tid: 'acme', sub: 'evil', name: '<b>Eve</b>' } };
      const query = provider.authorize(await begin(browser));
      const response = await browser.get(`/auth/c/${CONNECTION}/callback?${query.toString()}`, {
        'sec-fetch-site': site,
      });
      return response.body;
    };
    const page = await arrive('cross-site');
    expect(page).toContain('&lt;b&gt;Eve&lt;/b&gt;');
    expect(page).not.toContain('<b>Eve');
    expect(await me()).toBe('Vera');
    const replace = (site: string) =>
      browser.send('POST', `/auth/c/${CONNECTION}/replace`, { headers: { 'sec-fetch-site': site } });
    expect((await replace('cross-site')).headers.location).toBe('/login?problem=expired');
    expect(await me()).toBe('Vera');
    await arrive('cross-site');
    expect((await replace('same-origin')).headers.location).toBe('/');
    expect(await me()).toBe('<b>Eve</b>');
    // Once.
    expect((await replace('same-origin')).headers.location).toBe('/login?problem=expired');
  });

  it('lists and ends own sessions, and signs everybody out', async () => {
    const [one, two] = [await signIn({ sub: 'zoe' }), await signIn({ sub: 'zoe' })];
    const { items } = (await one.browser.get('/api/v1/sessions')).json<{ items: { id: string; isThis: boolean }[] }>();
    expect(items.map(({ isThis }) => isThis)).toEqual([false, true]);
    const stranger = await signIn({ sub: 'yan' });
    const end = (browser: Browser) => browser.send('DELETE', `/api/v1/sessions/${items[0]?.id ?? ''}`);
    expect((await end(stranger.browser)).statusCode).toBe(404);
    expect((await end(one.browser)).statusCode).toBe(204);
    expect((await two.browser.get('/api/v1/me')).statusCode).toBe(401);
    expect((await one.browser.get('/api/v1/me')).statusCode).toBe(200);
    await api.ask('POST', '/organizations/acme/sign-out');
    expect((await one.browser.get('/api/v1/me')).statusCode).toBe(401);
    expect((await stranger.browser.get('/api/v1/me')).statusCode).toBe(401);
  });

  it('keeps the last admin an admin, whatever a provider says', async () => {
    await db.query(`DELETE FROM identities`);
    await signIn({ sub: 'last', groups: ['admins'] });
    const { browser } = await signIn({ sub: 'last' });
    expect((await browser.get('/api/v1/me')).json()).toMatchObject({ role: 'admin' });
    await signIn({ sub: 'next', groups: ['admins'] });
    expect((await (await signIn({ sub: 'last' })).browser.get('/api/v1/me')).json()).toMatchObject({ role: 'viewer' });
  });

  it('ends sessions when the provider says so, and asks for its keys only where they could help', async () => {
    const named = await signIn({ sub: 'out', sid: 's1' });
    const nameless = await signIn({ sub: 'out' });
    const elsewhere = await signIn({ sub: 'out', sid: 's2' });
    const leave = async (token: string): Promise<number> => {
      const payload = new URLSearchParams({ logout_token: token }).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const url = `/auth/c/${CONNECTION}/back-channel-logout`;
      return (await api.inject({ method: 'POST', url, headers, payload })).statusCode;
    };
    const asked = provider.asked.length;
    provider.misbehaviour = { header: { alg: 'none' } };
    expect(await leave(await provider.logoutToken({ sub: 'out' }))).toBe(400);
    provider.misbehaviour = {};
    expect(await leave(await provider.logoutToken({ sub: 'out', iss: 'https://other.example' }))).toBe(400);
    expect(await leave('x.y.z')).toBe(400);
    expect(provider.asked).toHaveLength(asked);
    provider.misbehaviour = { isKeyForeign: true };
    expect(await leave(await provider.logoutToken({ sub: 'out' }))).toBe(400);
    provider.misbehaviour = {};
    const token = await provider.logoutToken({ sub: 'out', sid: 's1' });
    expect([await leave(token), await leave(token)]).toEqual([200, 400]);
    const statuses = [named, nameless, elsewhere].map(
      async ({ browser }) => (await browser.get('/api/v1/me')).statusCode,
    );
    expect(await Promise.all(statuses)).toEqual([401, 401, 200]);
  });

  it('takes no request that another site could have sent', async () => {
    const { browser } = await signIn({ groups: ['admins'] });
    const post = async (headers: Record<string, string>): Promise<number> =>
      (await browser.send('POST', '/api/v1/organizations/acme/sign-out', { headers })).statusCode;
    expect(await post({ 'x-rungate-request': '' })).toBe(403);
    expect(await post({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await post({ 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await post({ 'content-type': 'text/plain' })).toBe(403);
    expect(await post({ 'content-type': 'application/x-www-form-urlencoded' })).toBe(403);
    expect((await browser.get('/api/v1/me')).statusCode).toBe(200);
    expect(await post({})).toBe(200);
  });

  it('signs out, and says where the provider ends its own session', async () => {
    const { browser } = await signIn();
    expect(
      (await browser.send('POST', '/auth/logout', { headers: { 'sec-fetch-site': 'cross-site' } })).statusCode,
    ).toBe(403);
    const answer = await browser.send('POST', '/auth/logout');
    expect(answer.json()).toEqual({ location: '/login' });
    expect(browser.cookies.size).toBe(0);
    expect((await browser.get('/api/v1/me')).statusCode).toBe(401);
    const noted = await db.query(`SELECT actor ->> 'name' AS name FROM audit_events WHERE action = 'session.ended'
      ORDER BY id DESC LIMIT 1`);
    expect(noted).toEqual([{ name: 'mallory' }]);
  });
});
