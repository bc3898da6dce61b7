import { createEgress, type Egress } from '@rungate/egress';
import type { PlatformSsoConnectionBody, SsoConnectionBody } from '@rungate/contract';
import { anOrganization, startTestPostgres, type TestOrganization, type TestPostgres } from '@rungate/postgres/testing';
import { ENVIRONMENT_CONNECTION } from '@rungate/run-task';
import { TESTER } from '@rungate/run-task/testing';
import type { LightMyRequestResponse as Response } from 'fastify';
import { newSecret } from '../session/cookies.js';
import { aConnection } from '../sign-in/testing/a-connection.js';
import { Browser } from '../sign-in/testing/browser.js';
import { HostileProvider } from '../sign-in/testing/hostile-provider.js';
import { ApiUnderTest, pointers, TOKEN } from '../testing/index.js';
import { TestSamlProvider } from '../testing/saml-provider.js';

jest.setTimeout(120_000);

const OPERATOR = { authorization: `Bearer ${TOKEN}` };
const SECRET = 'a-client-secret-that-is-never-shown';
const ACME = '/organizations/acme/sso-connections';

describe('connections', () => {
  const api = new ApiUnderTest();
  const saml = new TestSamlProvider();
  const provider = new HostileProvider('rungate');
  let db: TestPostgres;
  let egress: Egress;
  let acme: TestOrganization;

  beforeAll(async () => {
    db = await startTestPostgres();
    acme = await anOrganization(db, 'acme');
    egress = createEgress({ development: true, grantableRanges: [], ownEndpoints: () => [] });
    await provider.start();
    const { signIns, sessions, members, organizations, apiTokens, managedConnections, setupLinks, origins } =
      db.postgres;
    const stores = { signIns, sessions, members, organizations, apiTokens, managedConnections, setupLinks, origins };
    const { clock, audit } = db.postgres;
    await api.start({ options: { ...stores, clock, audit, egress, publicUrl: 'http://127.0.0.1:3000' } });
  });
  afterAll(async () => {
    await api.stop();
    await provider.stop();
    await egress.close();
    await db.close();
  });

  const oidc = (more: object = {}): object => ({
    type: 'oidc',
    name: 'Acme',
    issuer: provider.issuer,
    clientId: 'rungate',
    clientSecret: SECRET,
    roleRules: [{ claim: 'groups', value: 'admins', role: 'admin' }],
    defaultRole: null,
    ...more,
  });
  const ask = async (method: 'GET' | 'PUT' | 'POST', path: string, body?: object): Promise<Response> =>
    api.ask(method, path, body === undefined ? {} : { body });
  const make = async (body: object = oidc(), path = ACME): Promise<SsoConnectionBody> => {
    const response = await ask('POST', path, body);
    expect([response.statusCode, response.body]).toEqual([201, expect.stringContaining('"status":"draft"')]);
    return response.json<SsoConnectionBody>();
  };
  const read = async (id: string): Promise<SsoConnectionBody> => (await ask('GET', `${ACME}/${id}`)).json();
  const activate = async (id: string, path = ACME): Promise<Response> => {
    const { revision } = (await ask('GET', `${path}/${id}`)).json<SsoConnectionBody>();
    return ask('POST', `${path}/${id}/activate`, { revision });
  };
  /** Tries a connection in a browser of its own; where that ends. */
  const tryOut = async (id: string, claims: object, path = ACME): Promise<string> => {
    const browser = new Browser(api);
    const body = { returnPath: '/somewhere' };
    const url = `/api/v1${path}/${id}/test`;
    const { location } = (await browser.send('POST', url, { body, headers: OPERATOR })).json<{ location: string }>();
    if (location.startsWith('/')) return location;
    provider.misbehaviour = { claims: { ...claims } };
    const back = await browser.get(`/auth/c/${id}/callback?${provider.authorize(location).toString()}`);
    expect(browser.cookies.size).toBe(0);
    return back.headers.location ?? '';
  };
  const signIn = async (id: string, claims: object): Promise<{ browser: Browser; to: string }> => {
    const browser = new Browser(api);
    const begun = (await browser.get(`/auth/c/${id}/login`)).headers.location ?? '';
    if (begun.startsWith('/')) return { browser, to: begun };
    provider.misbehaviour = { claims: { ...claims } };
    const back = await browser.get(`/auth/c/${id}/callback?${provider.authorize(begun).toString()}`);
    return { browser, to: back.headers.location ?? '' };
  };

  it('are made as drafts, pass a test, are activated, and disabled again', async () => {
    const made = await make();
    const { id } = made;
    expect(made).toMatchObject({ hasClientSecret: true, isTested: false, test: null, organization: 'acme' });
    expect(made.provider.redirectUri).toBe(`http://127.0.0.1:3000/auth/c/${id}/callback`);
    expect((await signIn(id, {})).to).toBe('/login?problem=no-connection');
    expect((await activate(id)).statusCode).toBe(409);
    expect(await tryOut(id, { groups: ['staff'] })).toBe('/somewhere');
    const failed = await read(id);
    expect(failed).toMatchObject({ isTested: false, test: { passed: false, role: null, by: 'bootstrap' } });
    expect(failed.test?.claims).toContainEqual({ name: 'groups', values: ['staff'] });
    expect(failed.test?.findings[0]?.says).toContain('No rule gives');
    expect((await activate(id)).statusCode).toBe(409);
    expect(await tryOut(id, { groups: ['admins'], name: 'Ada' })).toBe('/somewhere');
    const passed = await read(id);
    expect(passed).toMatchObject({ isTested: true, test: { passed: true, role: 'admin', person: { name: 'Ada' } } });
    expect((await ask('GET', '/organizations/acme/members')).json()).toMatchObject({ items: [] });
    const activated = await activate(id);
    expect([activated.statusCode, activated.json<SsoConnectionBody>().status]).toEqual([200, 'active']);
    const { browser, to } = await signIn(id, { groups: ['admins'] });
    expect(to).toBe('/');
    expect((await browser.get('/api/v1/me')).json()).toMatchObject({ role: 'admin', organization: 'acme' });
    expect((await signIn(id, { groups: ['staff'], sub: 'nobody' })).to).toBe('/login?problem=not-admitted');
    await db.query('UPDATE sessions SET stepped_up_at = now()');
    const wanted = { body: { name: 'ci', role: 'viewer' } };
    const token = await browser.send('POST', '/api/v1/organizations/acme/tokens', wanted);
    const headers = { authorization: `Bearer ${token.json<{ token: string }>().token}` };
    expect((await api.ask('GET', '/me', { headers })).statusCode).toBe(200);
    expect((await ask('POST', `${ACME}/${id}/disable`)).json()).toMatchObject({ status: 'disabled' });
    expect((await browser.get('/api/v1/me')).statusCode).toBe(401);
    expect((await api.ask('GET', '/me', { headers })).statusCode).toBe(401);
    expect((await signIn(id, { groups: ['admins'] })).to).toBe('/login?problem=no-connection');
  });

  it('never show the secret, and keep it when it is left out', async () => {
    const { id } = await make();
    const kept = await ask('PUT', `${ACME}/${id}`, oidc({ clientSecret: undefined, name: 'Other' }));
    expect(kept.json()).toMatchObject({ name: 'Other', hasClientSecret: true });
    expect((await ask('PUT', `${ACME}/${id}`, oidc({ clientSecret: null }))).json()).toMatchObject({
      hasClientSecret: false,
    });
    const everything = [await ask('GET', ACME), await ask('GET', `${ACME}/${id}`), await ask('GET', '/audit-events')];
    expect(everything.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    for (const { body } of everything) expect(body).not.toContain(SECRET);
    expect(everything[2]?.body).toContain('connection.changed');
  });
  it('need another test when what was tested is changed, and the settings that somebody looked at', async () => {
    const { id } = await make();
    await tryOut(id, { groups: ['admins'] });
    const { revision } = await read(id);
    await ask('PUT', `${ACME}/${id}`, oidc({ clientSecret: undefined, name: 'Only a name' }));
    expect((await read(id)).isTested).toBe(true);
    expect((await ask('POST', `${ACME}/${id}/activate`, { revision })).statusCode).toBe(412);
    const rules = [{ claim: 'groups', value: 'everybody', role: 'admin' }];
    await ask('PUT', `${ACME}/${id}`, oidc({ clientSecret: undefined, roleRules: rules }));
    expect((await read(id)).isTested).toBe(false);
  });

  it('say in the report what a provider said that cannot be asked, or refuses', async () => {
    const { id } = await make(oidc({ issuer: `${provider.issuer}/elsewhere` }));
    expect(await tryOut(id, {})).toBe('/somewhere');
    expect((await read(id)).test).toMatchObject({ passed: false, person: null, findings: [{ level: 'failed' }] });
    const wrong = await make(oidc({ clientId: 'another' }));
    expect(await tryOut(wrong.id, { groups: ['admins'] })).toBe('/somewhere');
    expect((await read(wrong.id)).test?.passed).toBe(false);
  });

  it('stay what they are told by while they are active', async () => {
    const { id } = await make();
    await tryOut(id, { groups: ['admins'] });
    await activate(id);
    const moved = await ask('PUT', `${ACME}/${id}`, oidc({ issuer: 'https://evil.example' }));
    expect([moved.statusCode, pointers(moved)]).toEqual([409, ['/issuer']]);
    const rules = [{ claim: 'groups', value: 'staff', role: 'viewer' }];
    expect((await ask('PUT', `${ACME}/${id}`, oidc({ clientSecret: undefined, roleRules: rules }))).statusCode).toBe(
      200,
    );
    expect((await read(id)).warnings).toMatchObject([{ kind: 'untested' }]);
    await tryOut(id, { groups: ['staff'] });
    expect((await read(id)).warnings).toEqual([]);
    const { browser } = await signIn(id, { groups: ['staff'] });
    expect((await browser.get('/api/v1/me')).json()).toMatchObject({ role: 'viewer' });
    await ask('POST', `${ACME}/${id}/disable`);
  });

  it.each<[string, string, object, string]>([
    ['a role of the platform', ACME, { roleRules: [{ claim: 'g', value: 'x', role: 'owner' }] }, '/roleRules/0/role'],
    [
      'a role of an organization',
      '/sso-connections',
      { roleRules: [{ claim: 'g', value: 'x', role: 'admin' }] },
      '/roleRules/0/role',
    ],
    [
      'a role for everybody of the platform',
      '/sso-connections',
      { roleRules: [], defaultRole: 'owner' },
      '/defaultRole',
    ],
    ['private networks of an organization', ACME, { privateRanges: ['10.0.0.0/8'] }, '/privateRanges'],
    ['all tenants of Entra', ACME, { issuer: 'https://login.microsoftonline.com/common/v2.0' }, '/issuer'],
    ['an issuer that is no address', ACME, { issuer: 'javascript:alert(1)' }, '/issuer'],
    ['no openid', ACME, { scopes: ['email'] }, '/scopes'],
    ['certificates of OIDC', ACME, { certificates: ['x'] }, '/certificates'],
    ['three certificates', ACME, { type: 'saml', certificates: ['x', 'y', 'z'] }, '/certificates'],
    [
      'what is no certificate',
      ACME,
      { type: 'saml', clientId: null, clientSecret: null, certificates: ['x'] },
      '/certificates/0',
    ],
  ])('are refused with %s', async (_, path, changes, pointer) => {
    const body = path === ACME ? oidc() : { ...oidc(), defaultRole: undefined };
    const refused = await ask('POST', path, { ...body, ...changes });
    expect([refused.statusCode, pointers(refused)]).toEqual([400, expect.arrayContaining([pointer])]);
  });

  it('of the platform let in by groups alone', async () => {
    const roleRules = [{ claim: 'groups', value: 'owners', role: 'owner' }];
    const { id } = await make({ ...oidc(), defaultRole: undefined, roleRules }, '/sso-connections');
    await tryOut(id, { groups: ['owners'] }, '/sso-connections');
    expect((await activate(id, '/sso-connections')).statusCode).toBe(200);
    const { browser } = await signIn(id, {
      sub: 'olivia',
      groups: ['owners'],
      auth_time: Math.floor(Date.now() / 1_000),
    });
    expect((await browser.get('/api/v1/me')).json()).toMatchObject({ role: 'owner', organization: null });
    // Nobody takes away the floor that he stands on.
    const own = await browser.send('POST', `/api/v1/sso-connections/${id}/disable`);
    expect([own.statusCode, own.body]).toEqual([409, expect.stringContaining('signed in through it')]);
    const [olivia] = (await ask('GET', '/members')).json<{ items: { id: string; subject: string }[] }>().items;
    await db.query(`UPDATE identities SET role = 'operator', role_from = 'person' WHERE id = '${olivia?.id ?? ''}'`);
    expect((await signIn(id, { sub: 'olivia', groups: [] })).to).toBe('/login?problem=not-admitted');
    expect((await browser.get('/api/v1/me')).statusCode).toBe(401);
    const shown = (await ask('POST', `/sso-connections/${id}/disable`)).json<PlatformSsoConnectionBody>();
    expect(shown.status).toBe('disabled');
  });

  it('that the environment sets are shown, and changed by nobody', async () => {
    const about = { id: ENVIRONMENT_CONNECTION, organizationId: null, issuer: provider.issuer };
    await db.postgres.connections.save(aConnection({ ...about, defaultRole: null, roleRules: [] }), TESTER);
    const path = `/sso-connections/${ENVIRONMENT_CONNECTION}`;
    expect((await ask('GET', path)).json()).toMatchObject({ fromEnvironment: true, status: 'active' });
    for (const refused of [
      await ask('PUT', path, { ...oidc(), defaultRole: undefined, roleRules: [] }),
      await ask('POST', `${path}/disable`),
    ])
      expect([refused.statusCode, refused.body]).toEqual([409, expect.stringContaining('RUNGATE_SSO_OIDC_')]);
    await db.postgres.managedConnections.disable(null, ENVIRONMENT_CONNECTION, TESTER);
  });

  it('are made by the first owner, whose link is a proof for ten minutes of his hour', async () => {
    const { value: token, hash } = newSecret();
    const link = { purpose: 'first-owner', role: 'owner', reason: null, seconds: 600, by: TESTER } as const;
    await db.postgres.connections.makeLink({ ...link, hash });
    const browser = new Browser(api);
    expect((await browser.send('POST', '/auth/link', { body: { token } })).statusCode).toBe(200);
    const body = { type: 'oidc', name: 'Staff' };
    expect((await browser.send('POST', '/api/v1/sso-connections', { body })).statusCode).toBe(201);
    await db.query(`UPDATE sessions SET stepped_up_at = now() - interval '11 minutes' WHERE revoked_at IS NULL`);
    expect((await browser.send('POST', '/api/v1/sso-connections', { body })).body).toContain(
      'rungate admin login-link',
    );
    const [{ minutes } = {}] = await db.query<{ minutes: number }>(
      `SELECT round(extract(epoch FROM ends_at - created_at) / 60)::integer AS minutes FROM sessions ORDER BY id DESC LIMIT 1`,
    );
    expect(minutes).toBe(60);
  });

  it('that are drafts close no provider of another to newcomers', async () => {
    const { id } = await make();
    const isShared = async () => (await db.postgres.signIns.findConnection(id))?.isIssuerShared;
    const rival = { id: '01943c60-0000-7000-8000-00000000000d', organizationId: null, issuer: provider.issuer };
    for (const [status, shared] of [
      ['draft', false],
      ['active', true],
      ['disabled', false],
    ] as const) {
      await db.postgres.connections.save(aConnection({ ...rival, status, defaultRole: null, roleRules: [] }), TESTER);
      expect(await isShared()).toBe(shared);
    }
  });

  it('of SAML take the metadata, and say in the report why an answer does not count', async () => {
    const roleRules = [{ claim: 'http://schemas.passportjs.com/groups', value: 'people', role: 'editor' }];
    const { id } = await make({ type: 'saml', name: 'Acme SAML', roleRules, defaultRole: null });
    const give = (body: object): Promise<Response> => ask('POST', `${ACME}/${id}/metadata`, body);
    expect(pointers(await give({ xml: '<a/>' }))).toEqual(['/xml']);
    expect((await give({ url: 'http://10.0.0.7/metadata' })).statusCode).toBe(422);
    const tryIt = async (answering: TestSamlProvider): Promise<string> => {
      const browser = new Browser(api);
      const url = `/api/v1${ACME}/${id}/test`;
      const started = await browser.send('POST', url, { body: { returnPath: '/somewhere' }, headers: OPERATOR });
      const { location } = started.json<{ location: string }>();
      const posted = await api.inject({
        method: 'POST',
        url: `/auth/c/${id}/acs`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ SAMLResponse: await answering.answer(location) }).toString(),
      });
      return (await browser.get(posted.headers.location ?? '')).headers.location ?? '';
    };
    await give({ xml: new TestSamlProvider().metadata() });
    expect(await tryIt(saml)).toBe('/somewhere');
    expect((await read(id)).test).toMatchObject({
      passed: false,
      findings: [
        {
          says: expect.stringContaining('Invalid signature') as string,
          remedy: expect.stringContaining('metadata') as string,
        },
      ],
    });
    const taken = (await give({ xml: saml.metadata() })).json<SsoConnectionBody>();
    expect(taken).toMatchObject({ issuer: saml.issuer, signInUrl: saml.signInUrl, certificates: [{ daysLeft: 0 }] });
    expect(taken.warnings).toMatchObject([{ kind: 'certificate-expires' }]);
    expect(await tryIt(saml)).toBe('/somewhere');
    expect((await read(id)).test).toMatchObject({ passed: true, role: 'editor', person: { name: 'Vik Viewer' } });
    expect((await activate(id)).statusCode).toBe(200);
    expect(await db.postgres.managedConnections.certificatesInUse()).toEqual([[taken.certificates[0]?.pem]]);
    await ask('POST', `${ACME}/${id}/disable`);
    expect(await db.postgres.managedConnections.certificatesInUse()).toEqual([]);
  });

  it('are set up by a link that works once, for one draft and nothing else', async () => {
    const links = '/organizations/acme/portal-links';
    const made = (await ask('POST', links, { intent: 'sso' })).json<{ link: string; connectionId: string }>();
    const token = made.link.split('#')[1] ?? '';
    const browser = new Browser(api);
    const open = (from: Browser): Promise<Response> => from.send('POST', '/auth/setup/open', { body: { token } });
    expect((await browser.get('/auth/setup')).statusCode).toBe(401);
    expect(
      (await browser.send('POST', '/auth/setup/open', { body: { token }, headers: { 'sec-fetch-site': 'cross-site' } }))
        .statusCode,
    ).toBe(403);
    expect((await open(browser)).json()).toEqual({ location: '/setup/sso' });
    expect((await open(new Browser(api))).statusCode).toBe(404);
    expect((await browser.get('/auth/setup')).json()).toMatchObject({
      organization: 'acme',
      madeBy: 'bootstrap',
      connection: { id: made.connectionId, status: 'draft' },
    });
    expect((await browser.get('/api/v1/me')).statusCode).toBe(401);

    const filled = await browser.send('PUT', '/auth/setup', { body: oidc() });
    expect(filled.json()).toMatchObject({ connection: { issuer: provider.issuer, hasClientSecret: true } });
    const started = await browser.send('POST', '/auth/setup/test');
    provider.misbehaviour = { claims: { groups: ['admins'] } };
    const query = provider.authorize(started.json<{ location: string }>().location);
    const back = await browser.get(`/auth/c/${made.connectionId}/callback?${query.toString()}`);
    expect(back.headers.location).toBe('/setup/sso');
    expect((await browser.get('/auth/setup')).json()).toMatchObject({
      connection: { isTested: true, test: { by: 'set-up link of bootstrap', role: 'admin' } },
    });

    expect((await activate(made.connectionId)).statusCode).toBe(200);
    for (const answer of [await browser.get('/auth/setup'), await browser.send('PUT', '/auth/setup', { body: oidc() })])
      expect(answer.statusCode).toBe(401);
    const used = await ask('POST', links, { intent: 'sso', connectionId: made.connectionId });
    expect(used.statusCode).toBe(409);
    await ask('POST', `${ACME}/${made.connectionId}/disable`);
  });

  it('are set up by the last link alone, until it is over', async () => {
    const { id: connectionId } = await make();
    const link = async (): Promise<string> => {
      const made = await ask('POST', '/organizations/acme/portal-links', { intent: 'sso', connectionId });
      return made.json<{ link: string }>().link.split('#')[1] ?? '';
    };
    const open = async (token: string): Promise<Browser | number> => {
      const browser = new Browser(api);
      const { statusCode } = await browser.send('POST', '/auth/setup/open', { body: { token } });
      return statusCode === 200 ? browser : statusCode;
    };
    const [first, second] = [await link(), await link()];
    expect(await open(first)).toBe(404);
    const browser = await open(second);
    if (typeof browser === 'number') throw new Error('the link does not work');
    expect((await browser.get('/auth/setup')).statusCode).toBe(200);
    const third = await link();
    expect((await browser.get('/auth/setup')).statusCode).toBe(401);
    await db.query(`UPDATE one_time_links SET expires_at = now() WHERE used_at IS NULL`);
    expect(await open(third)).toBe(404);
    const last = await open(await link());
    if (typeof last === 'number') throw new Error('the link does not work');
    expect((await last.send('POST', '/auth/setup/done')).statusCode).toBe(204);
    expect((await last.get('/auth/setup')).statusCode).toBe(401);
  });

  it('are led to straight from a page of the organization, where that tells nobody anything', async () => {
    const { id } = await make(oidc({ defaultRole: 'viewer' }));
    await tryOut(id, { groups: ['admins'] });
    await activate(id);
    const request = acme.request('taskrs-door');
    await db.postgres.hooks.recordTaskResult(request);
    const door = async (slug: string, path: string): Promise<string> =>
      (await new Browser(api).get(`/auth/o/${slug}?return=${encodeURIComponent(path)}`)).headers.location ?? '';
    const details = `/o/acme/results/${request.id}`;
    expect(await door('acme', details)).toBe(`/auth/c/${id}/login?return=${encodeURIComponent(details)}`);
    // Alike: no such organization, one that says nothing of itself, a result of another.
    for (const slug of ['acme', 'globex', 'nobody'])
      expect(await door(slug, `/o/${slug}/setup`)).toBe(`/login?next=${encodeURIComponent(`/o/${slug}/setup`)}`);
    const unknown = `/o/acme/results/01943c5f-02b4-7d11-8a6e-91c3d5e7f999`;
    expect(await door('acme', unknown)).toBe(`/login?next=${encodeURIComponent(unknown)}`);
    expect(await door('acme', '//evil.example')).toBe('/login?next=%2F');
    await ask('PUT', `${ACME}/${id}`, oidc({ clientSecret: undefined, defaultRole: 'viewer', discoverable: true }));
    expect(await door('acme', '/o/acme/setup')).toBe(`/auth/c/${id}/login?return=%2Fo%2Facme%2Fsetup`);
    await ask('POST', `${ACME}/${id}/disable`);
    expect(await door('acme', details)).toBe(`/login?next=${encodeURIComponent(details)}`);
  });
});
