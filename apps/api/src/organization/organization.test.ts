import { routes, readShape } from '@rungate/contract';
import { ApiUnderTest, pointers } from '../testing/index.js';

const DEFAULTS = { tags: [], weight: 1, maxInFlight: null, retentionDays: 90, inputRetentionDays: 30 };

describe('/organizations', () => {
  let api: ApiUnderTest;
  beforeEach(async () => (api = await new ApiUnderTest().start()));
  afterEach(() => api.stop());

  it('creates an organization with every default, then changes nothing, then names what changed', async () => {
    const created = await api.ask('PUT', '/organizations/acme', { body: {} });
    expect(created.statusCode).toBe(201);
    expect(created.json()).toMatchObject({ slug: 'acme', displayName: 'acme', state: 'active', ...DEFAULTS });
    expect(readShape(routes.putOrganization.responses[201].shape, created.json()).ok).toBe(true);

    const again = await api.ask('PUT', '/organizations/acme', { body: {} });
    expect(again.statusCode).toBe(200);
    expect(again.json()).toMatchObject({ change: 'unchanged', changed: [] });

    const changed = await api.ask('PUT', '/organizations/acme', { body: { weight: 5, tags: ['emea'] } });
    expect(changed.statusCode).toBe(200);
    expect(changed.json()).toMatchObject({ change: 'changed', changed: ['tags', 'weight'], weight: 5 });
  });

  it('takes a PUT as the whole desired state: an absent field returns to its default', async () => {
    await api.ask('PUT', '/organizations/acme', { body: { displayName: 'Acme', weight: 50, maxInFlight: 3 } });
    await api.ask('PUT', '/organizations/acme', { body: {} });
    const shown = await api.ask('GET', '/organizations/acme');
    expect(shown.json()).toMatchObject({ displayName: 'acme', ...DEFAULTS });
    expect(readShape(routes.getOrganization.responses[200].shape, shown.json()).ok).toBe(true);
  });

  it('shows the difference on a dry run and writes nothing', async () => {
    const imagined = await api.ask('PUT', '/organizations/acme?dryRun=true', { body: {} });
    expect(imagined.statusCode).toBe(200);
    expect(imagined.json()).toMatchObject({ change: 'created', createdAt: null });
    expect((await api.ask('GET', '/organizations/acme')).statusCode).toBe(404);

    await api.ask('PUT', '/organizations/acme', { body: {} });
    const changed = await api.ask('PUT', '/organizations/acme?dryRun=true', { body: { weight: 9 } });
    expect(changed.json()).toMatchObject({ change: 'changed', changed: ['weight'] });
    expect((await api.ask('GET', '/organizations/acme')).json()).toMatchObject({ weight: 1 });
  });

  it('suspends by DELETE and resumes', async () => {
    await api.ask('PUT', '/organizations/acme', { body: {} });
    expect((await api.ask('DELETE', '/organizations/acme')).json()).toMatchObject({ state: 'suspended' });
    expect((await api.ask('GET', '/organizations/acme')).json()).toMatchObject({ state: 'suspended' });
    const resumed = await api.ask('POST', '/organizations/acme/resume');
    expect(resumed.statusCode).toBe(200);
    expect(resumed.json()).toMatchObject({ state: 'active' });
  });

  it.each([
    ['GET', '/organizations/none'],
    ['DELETE', '/organizations/none'],
    ['POST', '/organizations/none/resume'],
    ['GET', '/organizations/no%20name'],
    ['GET', '/organizations/no%00name'],
  ] as const)('answers %s %s with 404', async (method, path) => {
    expect((await api.ask(method, path)).statusCode).toBe(404);
  });

  it.each([
    ['acme', { weight: 0 }, '/weight'],
    ['acme', { weight: 101 }, '/weight'],
    ['acme', { weight: 1.5 }, '/weight'],
    ['acme', { weight: '1' }, '/weight'],
    ['acme', '{"weight":1e309}', '/weight'],
    ['acme', { maxInFlight: 0 }, '/maxInFlight'],
    ['acme', { retentionDays: 1e9 }, '/retentionDays'],
    ['acme', { inputRetentionDays: -1 }, '/inputRetentionDays'],
    ['acme', { displayName: '' }, '/displayName'],
    ['acme', { displayName: 'x'.repeat(1_001) }, '/displayName'],
    ['acme', { displayName: 'a\u0000b' }, '/displayName'],
    ['acme', { tags: ['ok', 'a\u0000'] }, '/tags/1'],
    ['acme', { tags: ['\ud800'] }, '/tags/0'],
    ['acme', { slug: 'other' }, '/slug'],
    ['acme', { 'a/b~c': 1 }, '/a~1b~0c'],
    ['acme', '{"__proto__":{}}', '/__proto__'],
    ['acme', [], ''],
    ['acme', 'null', ''],
    ['_acme', {}, '/path/org'],
    ['a%2Fb', {}, '/path/org'],
    ['x'.repeat(1_001), {}, '/path/org'],
  ])('refuses PUT %s %j and points at %s', async (slug, body, pointer) => {
    const response = await api.ask('PUT', `/organizations/${slug}`, { body });
    expect(response.statusCode).toBe(400);
    expect(pointers(response)).toEqual([pointer]);
  });

  it('takes a slug of 1,000 characters', async () => {
    const slug = 'x'.repeat(1_000);
    expect((await api.ask('PUT', `/organizations/${slug}`, { body: {} })).statusCode).toBe(201);
    expect((await api.ask('GET', `/organizations/${slug}`)).statusCode).toBe(200);
  });

  it('walks all pages once, in order of slug, within a filter', async () => {
    const slugs = Array.from({ length: 23 }, (_, index) => `org-${String(index).padStart(2, '0')}`);
    for (const slug of slugs.toReversed()) {
      await api.ask('PUT', `/organizations/${slug}`, { body: { tags: slug < 'org-15' ? ['old'] : [] } });
    }
    expect(await walk(api, 'limit=5')).toEqual(slugs);
    expect(await walk(api, 'limit=23')).toEqual(slugs);
    expect(await walk(api, 'limit=4&tag=old')).toEqual(slugs.slice(0, 15));
    expect(await walk(api, 'q=org-2')).toEqual(slugs.slice(20));
  });

  it('refuses a cursor that was changed, or belongs to another filter or list', async () => {
    for (const slug of ['a', 'b', 'c']) await api.ask('PUT', `/organizations/${slug}`, { body: {} });
    const { nextCursor: cursor } = (await api.ask('GET', '/organizations?limit=1')).json<{ nextCursor: string }>();
    const forged = `${Buffer.from('b').toString('base64url')}.${cursor.split('.')[1] ?? ''}`;
    const changed = Array.from(
      cursor,
      (character, index) => cursor.slice(0, index) + swap(character) + cursor.slice(index + 1),
    );
    for (const wrong of [forged, `${cursor}.x`, `${cursor}=`, cursor.slice(1), '', ...changed]) {
      const response = await api.ask('GET', `/organizations?limit=1&cursor=${encodeURIComponent(wrong)}`);
      expect([response.statusCode, pointers(response)]).toEqual([400, ['/query/cursor']]);
    }
    expect((await api.ask('GET', `/organizations?limit=1&cursor=${cursor}`)).statusCode).toBe(200);
    expect((await api.ask('GET', `/organizations?limit=1&q=a&cursor=${cursor}`)).statusCode).toBe(400);
    expect((await api.ask('GET', `/task-results?cursor=${cursor}`)).statusCode).toBe(400);
    expect((await api.ask('GET', `/organizations/a/run-tasks?cursor=${cursor}`)).statusCode).toBe(400);
  });
});

async function walk(api: ApiUnderTest, query: string): Promise<readonly string[]> {
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const response = await api.ask('GET', `/organizations?${query}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    const page: { items: { slug: string }[]; nextCursor: string | null } = response.json();
    seen.push(...page.items.map(({ slug }) => slug));
    cursor = page.nextCursor;
  }
  return seen;
}

/** Another character of the same alphabet. */
function swap(character: string): string {
  return character === 'A' ? 'B' : 'A';
}
