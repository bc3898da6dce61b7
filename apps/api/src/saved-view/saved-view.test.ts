import { LIMITS } from '@rungate/run-task';
import { ApiUnderTest, pointers, type SignedIn } from '../testing/index.js';

describe('views of pages', () => {
  const api = new ApiUnderTest();
  let viewer: SignedIn;
  let admin: SignedIn;

  beforeAll(async () => {
    await api.start();
    await api.ask('PUT', '/organizations/acme', { body: {} });
    viewer = await api.signIn('acme', await api.person('acme', 'viewer'));
    admin = await api.signIn('acme', await api.person('acme', 'admin'));
  });
  afterAll(() => api.stop());

  const keep = ({ headers }: SignedIn, body: object) =>
    api.ask('POST', '/saved-views', {
      headers,
      body: { page: 'results', name: 'failed', search: { verdict: 'failed' }, ...body },
    });
  const namesFor = async ({ headers }: SignedIn): Promise<readonly string[]> => {
    const { items } = (await api.ask('GET', '/saved-views?page=results', { headers })).json<{
      items: { name: string }[];
    }>();
    return items.map(({ name }) => name);
  };

  it('are kept for whoever keeps them, and shown to the others where they are shared', async () => {
    expect((await keep(viewer, {})).statusCode).toBe(201);
    const { id } = (await keep(viewer, { name: 'ours', isShared: true })).json<{ id: string }>();
    expect([await namesFor(viewer), await namesFor(admin)]).toEqual([['failed', 'ours'], ['ours']]);
    const other = await api.signIn('acme', await api.person('acme', 'viewer'));
    const remove = ({ headers }: SignedIn) => api.ask('DELETE', `/saved-views/${id}`, { headers });
    expect([(await remove(other)).statusCode, (await remove(admin)).statusCode]).toEqual([404, 204]);
    expect(await namesFor(admin)).toEqual([]);
  });

  it('hold filters of their page and nothing else: errors name the field', async () => {
    const unknown = await keep(admin, { search: { verdict: 'failed', next: 'https://elsewhere.example' } });
    expect([unknown.statusCode, pointers(unknown)]).toEqual([400, ['/search/next']]);
    expect(pointers(await keep(admin, { page: 'settings' }))).toEqual(['/page']);
    expect(pointers(await keep(admin, { name: ' ' }))).toEqual(['/name']);
    await keep(admin, { name: 'twice' });
    expect(pointers(await keep(admin, { name: 'twice' }))).toEqual(['/name']);
  });

  it('are bounded for each person', async () => {
    const person = await api.signIn(null, await api.person(null, 'operator'));
    for (let kept = 0; kept < LIMITS.savedViews; kept++) await keep(person, { name: `view ${kept}` });
    expect((await keep(person, { name: 'one more' })).statusCode).toBe(429);
  });
});
