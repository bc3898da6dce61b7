import { createHash } from 'node:crypto';
import type { NewApiToken } from '@rungate/run-task';
import { TESTER } from '@rungate/run-task/testing';
import { anOrganization, startTestPostgres, type TestPostgres } from '../testing/index.js';

jest.setTimeout(60_000);

const hashOf = (text: string): Uint8Array => createHash('sha256').update(text).digest();

describe('PostgresApiTokenStore', () => {
  let db: TestPostgres;
  let acme: string;
  let globex: string;

  beforeAll(async () => {
    db = await startTestPostgres();
    acme = (await anOrganization(db, 'acme')).organization.id;
    globex = (await anOrganization(db, 'globex')).organization.id;
  });
  afterAll(() => db.close());

  const create = (name: string, changes: Partial<NewApiToken> = {}): ReturnType<typeof db.postgres.apiTokens.create> =>
    db.postgres.apiTokens.create({
      organizationId: acme,
      name,
      role: 'viewer',
      managedBy: null,
      hash: hashOf(name),
      lastFour: 'abcd',
      expiresInDays: 1,
      by: TESTER,
      ...changes,
    });
  const made = async (...of: Parameters<typeof create>): Promise<string> => {
    const token = await create(...of);
    if (token === 'over_limit') throw new Error(token);
    return token.id;
  };

  it('finds whose token it is by its hash, and notes when and from where', async () => {
    const id = await made('ci');
    const holder = await db.postgres.apiTokens.findHolder(hashOf('ci'), '192.0.2.1');
    expect(holder).toEqual({
      id,
      name: 'ci',
      role: 'viewer',
      managedBy: null,
      organization: { id: acme, slug: 'acme' },
    });
    expect(await db.postgres.apiTokens.findHolder(hashOf('other'), null)).toBeNull();
    const [listed] = await db.postgres.apiTokens.list(acme, 10, null);
    expect(listed).toMatchObject({ id, lastUsedFrom: '192.0.2.1', lastUsedAt: expect.any(Date) as Date });
  });

  it('keeps those of the platform apart', async () => {
    const id = await made('crm', { organizationId: null, role: 'onboarder', managedBy: 'crm' });
    expect(await db.postgres.apiTokens.findHolder(hashOf('crm'), null)).toMatchObject({
      managedBy: 'crm',
      organization: null,
    });
    expect((await db.postgres.apiTokens.list(null, 10, null)).map((token) => token.id)).toEqual([id]);
    expect(await db.postgres.apiTokens.list(globex, 10, null)).toEqual([]);
    expect(await db.postgres.apiTokens.revoke(acme, id, TESTER)).toBe(false);
    expect(await db.postgres.apiTokens.revoke(null, id, TESTER)).toBe(true);
    expect(await db.postgres.apiTokens.findHolder(hashOf('crm'), null)).toBeNull();
  });

  it('knows no token that ran out or was revoked', async () => {
    const id = await made('short');
    await db.query(`UPDATE api_tokens SET expires_at = now() WHERE id = $1`, [id]);
    expect(await db.postgres.apiTokens.findHolder(hashOf('short'), null)).toBeNull();
    const revoked = await made('revoked');
    expect(await db.postgres.apiTokens.revoke(globex, revoked, TESTER)).toBe(false);
    expect(await db.postgres.apiTokens.revoke(acme, revoked, TESTER)).toBe(true);
    expect(await db.postgres.apiTokens.revoke(acme, revoked, TESTER)).toBe(false);
    expect(await db.postgres.apiTokens.findHolder(hashOf('revoked'), null)).toBeNull();
  });

  it('notes in the audit trail who made and revoked it, never its hash', async () => {
    const rows = await db.query<{ action: string; row: string }>(
      `SELECT action, to_jsonb(e)::text AS row FROM audit_events e WHERE subject->>'name' IN ('crm', 'revoked') ORDER BY id`,
    );
    expect(rows.map(({ action }) => action)).toEqual([
      'api-token.created',
      'api-token.revoked',
      'api-token.created',
      'api-token.revoked',
    ]);
    for (const name of ['crm', 'revoked']) {
      expect(JSON.stringify(rows)).not.toContain(Buffer.from(hashOf(name)).toString('hex'));
    }
  });

  it('makes so many and no more', async () => {
    for (let made = 0; made < 100; made++) await create(`token-${made}`, { organizationId: globex });
    expect(await create('one-more', { organizationId: globex })).toBe('over_limit');
  });
});
