import { isApiToken } from '@rungate/access';
import { ApiUnderTest, pointers } from '../testing/index.js';

interface Created {
  readonly id: string;
  readonly token: string;
}

describe('API tokens', () => {
  const api = new ApiUnderTest();
  const as = (token: string): { headers: Record<string, string> } => ({
    headers: { authorization: `Bearer ${token}` },
  });

  beforeAll(async () => {
    await api.start();
    for (const slug of ['acme', 'globex']) await api.ask('PUT', `/organizations/${slug}`, { body: {} });
  });
  afterAll(() => api.stop());

  const create = async (path: string, body: object): Promise<Created> => {
    const response = await api.ask('POST', path, { body });
    expect(response.statusCode).toBe(201);
    return response.json<Created>();
  };

  it('are shown once, and then by their last four characters', async () => {
    const { id, token } = await create('/organizations/acme/tokens', { name: 'ci', role: 'editor' });
    expect(isApiToken(token)).toBe(true);
    const { items } = (await api.ask('GET', '/organizations/acme/tokens')).json<{ items: object[] }>();
    expect(items).toEqual([expect.objectContaining({ id, name: 'ci', role: 'editor', lastFour: token.slice(-4) })]);
    expect(JSON.stringify(items)).not.toContain(token);
  });

  it('say who they are', async () => {
    const { token } = await create('/organizations/acme/tokens', { name: 'viewer', role: 'viewer' });
    expect((await api.ask('GET', '/me', as(token))).json()).toEqual({
      kind: 'token',
      name: 'viewer',
      role: 'viewer',
      organization: 'acme',
      managedBy: null,
      permissions: ['organizations.read', 'run-tasks.read', 'checks.read', 'task-results.read', 'quarantines.read'],
      person: null,
      session: null,
      view: null,
      development: false,
    });
    expect((await api.ask('GET', '/me')).json()).toMatchObject({ kind: 'bootstrap', organization: null });
  });

  it('stop at once when they are revoked, and only where they belong', async () => {
    const { id, token } = await create('/organizations/acme/tokens', { name: 'gone', role: 'viewer' });
    expect((await api.ask('DELETE', `/organizations/globex/tokens/${id}`)).statusCode).toBe(404);
    expect((await api.ask('GET', '/me', as(token))).statusCode).toBe(200);
    const revoked = await api.ask('DELETE', `/organizations/acme/tokens/${id}`);
    expect([revoked.statusCode, revoked.body]).toEqual([204, '']);
    expect((await api.ask('GET', '/me', as(token))).statusCode).toBe(401);
    expect((await api.ask('DELETE', `/organizations/acme/tokens/${id}`)).statusCode).toBe(404);
  });

  it('give out no more than their asker may do', async () => {
    const admin = await api.tokenOf('acme', 'admin');
    const tokens = '/organizations/acme/tokens';
    expect((await api.ask('POST', tokens, { body: { name: 'a', role: 'admin' }, ...as(admin) })).statusCode).toBe(201);
    const editor = await api.tokenOf('acme', 'editor');
    expect((await api.ask('POST', tokens, { body: { name: 'a', role: 'viewer' }, ...as(editor) })).statusCode).toBe(
      403,
    );
    const owner = await api.ask('POST', '/tokens', { body: { name: 'a', role: 'owner' } });
    expect([owner.statusCode, pointers(owner)]).toEqual([403, ['/role']]);
  });

  it('bind an onboarder to what its partner made', async () => {
    const crm = (await create('/tokens', { name: 'crm', role: 'onboarder', managedBy: 'crm' })).token;
    const erp = (await create('/tokens', { name: 'erp', role: 'onboarder', managedBy: 'erp' })).token;
    expect((await api.ask('PUT', '/organizations/initech', { body: {}, ...as(crm) })).statusCode).toBe(201);
    const listed = (await api.ask('GET', '/organizations', as(crm))).json<{ items: { slug: string }[] }>();
    expect(listed.items.map(({ slug }) => slug)).toEqual(['initech']);
    for (const other of ['acme', 'none']) {
      const response = await api.ask('GET', `/organizations/${other}`, as(crm));
      expect([response.statusCode, response.json()]).toEqual([404, expect.objectContaining({ status: 404 })]);
    }
    expect((await api.ask('GET', '/organizations/initech', as(erp))).statusCode).toBe(404);
    const body = { terraformOrigin: 'https://app.terraform.io' };
    expect((await api.ask('PUT', '/organizations/initech/run-tasks/x', { body, ...as(erp) })).statusCode).toBe(404);
    expect((await api.ask('PUT', '/organizations/initech', { body: {}, ...as(erp) })).statusCode).toBe(409);
    expect((await api.ask('GET', '/organizations/initech')).json()).toMatchObject({ managedBy: 'crm' });
  });

  it.each([
    ['a role of the platform', '/organizations/acme/tokens', { name: 'x', role: 'owner' }, '/role'],
    ['a role of an organization', '/tokens', { name: 'x', role: 'admin' }, '/role'],
    ['no end', '/organizations/acme/tokens', { name: 'x', role: 'viewer', expiresInDays: 366 }, '/expiresInDays'],
    ['a partner who is none', '/tokens', { name: 'x', role: 'auditor', managedBy: 'crm' }, '/managedBy'],
  ])('are refused with %s', async (_, path, body, pointer) => {
    const response = await api.ask('POST', path, { body });
    expect([response.statusCode, pointers(response)]).toEqual([400, [pointer]]);
  });
});

describe('a token that asks too often', () => {
  it('is told when to ask again, and others are not held up', async () => {
    const api = await new ApiUnderTest().start({ options: { requestsPerSecond: 1 } });
    await api.ask('PUT', '/organizations/acme', { body: {} });
    const admin = await api.tokenOf('acme', 'admin');
    const me = (): ReturnType<typeof api.ask> =>
      api.ask('GET', '/me', { headers: { authorization: `Bearer ${admin}` } });
    const answers = [];
    for (let round = 0; round < 11; round++) answers.push((await me()).statusCode);
    expect(answers).toEqual([...Array<number>(10).fill(200), 429]);
    expect(Number((await me()).headers['retry-after'])).toBeGreaterThan(0);
    expect((await api.ask('GET', '/me')).statusCode).toBe(200);
    await api.stop();
  });
});

describe('a PUT that expects a revision', () => {
  const api = new ApiUnderTest();
  beforeAll(() => api.start());
  afterAll(() => api.stop());

  it('changes that one alone', async () => {
    const put = (headers: Record<string, string>, weight: number): ReturnType<typeof api.ask> =>
      api.ask('PUT', '/organizations/acme', { body: { weight }, headers });
    expect((await put({ 'if-match': '"1"' }, 1)).statusCode).toBe(412);
    const created = await put({ 'if-none-match': '*' }, 1);
    expect([created.statusCode, created.headers.etag]).toEqual([201, '"1"']);
    expect((await put({ 'if-none-match': '*' }, 2)).statusCode).toBe(412);
    expect((await put({ 'if-match': '"1"' }, 2)).headers.etag).toBe('"2"');
    expect((await put({ 'if-match': '"1"' }, 3)).json()).toMatchObject({ status: 412 });
    expect((await api.ask('GET', '/organizations/acme')).headers.etag).toBe('"2"');
    const unread = await put({ 'if-match': 'W/"2"' }, 3);
    expect([unread.statusCode, pointers(unread)]).toEqual([400, ['/headers/if-match']]);
  });
});
