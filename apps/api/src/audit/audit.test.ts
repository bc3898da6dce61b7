import { readShape, routes, type AuditEventBody, type Page } from '@rungate/contract';
import { InMemoryAuditReader, PLATFORM, TESTER, type StoredEvent } from '@rungate/run-task/testing';
import { ApiUnderTest, pointers } from '../testing/index.js';

/** Events of acme, globex and the platform in turns, a minute apart. */
function events(organizationIds: readonly (string | null)[], count: number): readonly StoredEvent[] {
  return Array.from({ length: count }, (_, number) => {
    const organizationId = organizationIds[number % organizationIds.length] ?? null;
    return {
      id: `0190a000-0000-7000-8000-${String(number).padStart(12, '0')}`,
      at: new Date(Date.UTC(2026, 10, 20, 10, number)),
      organizationId,
      organization:
        organizationId === null ? null : (['acme', 'globex'][organizationIds.indexOf(organizationId)] ?? null),
      by: { ...TESTER, name: number % 2 === 0 ? 'even' : 'odd', address: '192.0.2.1' },
      action: number % 4 === 0 ? 'run-task.changed' : 'run-task.created',
      subject: { kind: 'run-task', name: `guard-${number}` },
      before: null,
      after: { number },
      reason: null,
    };
  });
}

describe('audit events', () => {
  let api: ApiUnderTest;

  const start = async (count: number): Promise<void> => {
    api = await new ApiUnderTest().start();
    for (const slug of ['acme', 'globex']) await api.ask('PUT', `/organizations/${slug}`, { body: {} });
    const { organizations } = api.options;
    const ids = await Promise.all(['acme', 'globex'].map((slug) => organizations.find(PLATFORM, slug)));
    const audit = new InMemoryAuditReader(events([...ids.map((found) => found?.id ?? null), null], count));
    const { options } = api;
    await api.stop();
    api = await new ApiUnderTest().start({ options: { ...options, audit } });
  };
  beforeEach(() => start(12));
  afterEach(() => api.stop());

  const page = async (path: string): Promise<Page<AuditEventBody>> => (await api.ask('GET', path)).json();
  const names = ({ items }: Page<AuditEventBody>): readonly string[] => items.map(({ subject }) => subject.name);

  it('are those of one organization, newest first, page by page', async () => {
    const first = await page('/organizations/acme/audit-events?limit=3');
    expect(readShape(routes.listAuditEvents.responses[200].shape, first).ok).toBe(true);
    expect(names(first)).toEqual(['guard-9', 'guard-6', 'guard-3']);
    const second = await page(`/organizations/acme/audit-events?limit=3&cursor=${first.nextCursor ?? ''}`);
    expect([names(second), second.nextCursor]).toEqual([['guard-0'], null]);
    const elsewhere = await api.ask(
      'GET',
      `/organizations/globex/audit-events?limit=3&cursor=${first.nextCursor ?? ''}`,
    );
    expect([elsewhere.statusCode, pointers(elsewhere)]).toEqual([400, ['/query/cursor']]);
  });

  it('are all of them for the platform', async () => {
    expect((await page('/audit-events')).items).toHaveLength(12);
  });

  it.each([
    ['actor=odd', ['guard-9', 'guard-3']],
    ['action=run-task.changed', ['guard-0']],
    ['since=2026-11-20T10:06:00Z', ['guard-9', 'guard-6']],
    ['until=2026-11-20T10:06:00Z&actor=odd', ['guard-3']],
    ['actor=nobody', []],
  ])('are found by %s', async (query, wanted) => {
    expect(names(await page(`/organizations/acme/audit-events?${query}`))).toEqual(wanted);
  });

  it.each(['since=yesterday', 'limit=0', 'cursor=x', 'organization=acme'])('are refused for %s', async (query) => {
    const response = await api.ask('GET', `/organizations/acme/audit-events?${query}`);
    expect([response.statusCode, pointers(response)]).toEqual([400, [`/query/${query.split('=')[0] ?? ''}`]]);
  });

  it('are exported whole, oldest first, a line each', async () => {
    await api.stop();
    await start(1_000);
    const response = await api.ask('GET', '/organizations/acme/audit-events/export');
    expect(response.headers['content-type']).toBe('application/x-ndjson');
    const lines = response.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as AuditEventBody);
    expect(lines.map(({ subject }) => subject.name)).toEqual(
      Array.from({ length: 334 }, (_, number) => `guard-${number * 3}`),
    );
    const all = await api.ask('GET', '/audit-events/export?action=run-task.changed');
    expect(all.body.trim().split('\n')).toHaveLength(250);
    expect((await api.ask('GET', '/audit-events/export?actor=nobody')).body).toBe('');
  });
});
