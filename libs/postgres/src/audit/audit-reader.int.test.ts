import type { AuditFilter } from '@rungate/run-task';
import { TESTER } from '@rungate/run-task/testing';
import { anOrganization, startTestPostgres, type TestPostgres } from '../../testing/index.js';

jest.setTimeout(60_000);

describe('the audit trail for people', () => {
  let db: TestPostgres;
  let acme: string;
  let globex: string;

  beforeAll(async () => {
    db = await startTestPostgres();
    acme = (await anOrganization(db, 'acme')).organization.id;
    globex = (await anOrganization(db, 'globex')).organization.id;
    const token = { role: 'auditor', managedBy: null, hash: Buffer.alloc(32), lastFour: 'abcd', expiresInDays: 1 };
    await db.postgres.apiTokens.create({
      ...token,
      organizationId: null,
      name: 'books',
      by: { ...TESTER, name: 'olivia' },
    });
  });
  afterAll(() => db.close());

  const list = (filter: AuditFilter, after: string | null = null, limit = 100) =>
    db.postgres.audit.list({ filter, order: 'newest_first', limit, after });
  const said = async (filter: AuditFilter): Promise<readonly string[]> =>
    (await list(filter)).map(({ organization, action }) => `${organization ?? 'platform'} ${action}`);

  it('is one organization’s, or all of it', async () => {
    expect(new Set((await list({ organizationId: acme })).map(({ organization }) => organization))).toEqual(
      new Set(['acme']),
    );
    expect(await said({ organizationId: globex })).toContain('globex organization.created');
    expect(await said({ organizationId: null })).toEqual(
      expect.arrayContaining([
        'acme organization.created',
        'globex organization.created',
        'platform api-token.created',
      ]),
    );
  });

  it('says who did what, to what, from where', async () => {
    const [event] = await list({ organizationId: null, actor: 'olivia' });
    expect(event).toMatchObject({
      organization: null,
      by: { ...TESTER, name: 'olivia' },
      action: 'api-token.created',
      subject: { kind: 'api-token', name: 'books' },
      before: null,
      after: { role: 'auditor', lastFour: 'abcd' },
    });
  });

  it('is read in pages, in both directions, and by filters', async () => {
    const all = await list({ organizationId: null });
    const [first, second] = all;
    expect(await list({ organizationId: null }, first?.id ?? null, 1)).toEqual([second]);
    const oldest = await db.postgres.audit.list({
      filter: { organizationId: null },
      order: 'oldest_first',
      limit: 100,
      after: null,
    });
    expect(oldest).toEqual([...all].reverse());
    expect(await said({ organizationId: acme, action: 'organization.created' })).toEqual(['acme organization.created']);
    expect(await said({ organizationId: null, since: new Date(Date.now() + 60_000) })).toEqual([]);
    expect(await said({ organizationId: null, until: new Date(0) })).toEqual([]);
    expect(await list({ organizationId: null }, 'no id')).toEqual([]);
  });
});
