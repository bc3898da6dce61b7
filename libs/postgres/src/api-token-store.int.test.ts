import { createHash, randomUUID } from 'node:crypto';
import { LIMITS, type NewApiToken, type NewSavedView, type SavedView, type SavedViewOwner } from '@rungate/run-task';
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

  describe('views of people', () => {
    const FAILED: NewSavedView = { page: 'runs', name: 'failed', search: { verdict: 'failed' }, isShared: false };
    let ada: SavedViewOwner;
    let vik: SavedViewOwner;
    let gita: SavedViewOwner;
    let olivia: SavedViewOwner;

    const personOf = async (organizationId: string | null, name: string): Promise<SavedViewOwner> => {
      const connectionId = randomUUID();
      const connection = `INSERT INTO sso_connections (id, organization_id, type, name, status, issuer, client_id)
        VALUES ($1, $2, 'oidc', 'x', 'draft', 'https://idp.example', 'x')`;
      await db.query(connection, [connectionId, organizationId]);
      const role = organizationId === null ? 'owner' : 'viewer';
      const arrival = { organizationId, connectionId, subject: name, name, email: null, address: null };
      const member = await db.postgres.members.arrive(arrival, () => ({ admitted: true, role, roleFrom: 'rule' }));
      if ('refused' in member) throw new Error(name);
      return { organizationId, identityId: member.id };
    };
    const keep = async (owner: SavedViewOwner, changes: Partial<NewSavedView> = {}): Promise<SavedView> => {
      const view = await db.postgres.savedViews.create(owner, { ...FAILED, ...changes }, TESTER);
      if (typeof view === 'string') throw new Error(view);
      return view;
    };
    const names = async (owner: SavedViewOwner): Promise<readonly string[]> =>
      (await db.postgres.savedViews.list(owner, 'runs')).map(
        ({ name, isOwn }) => `${name}${isOwn ? '' : ' of another'}`,
      );

    beforeAll(async () => {
      [ada, vik] = [await personOf(acme, 'ada'), await personOf(acme, 'vik')];
      [gita, olivia] = [await personOf(globex, 'gita'), await personOf(null, 'olivia')];
    });

    it('are their own, unless they share them, and nobody else sees them elsewhere', async () => {
      await keep(ada);
      const shared = await keep(ada, { name: 'shown to all', isShared: true });
      await keep(ada, { name: 'of another page', page: 'live' });
      await keep(olivia, { name: 'of the platform', isShared: true });
      expect(await names(ada)).toEqual(['failed', 'shown to all']);
      expect(await names(vik)).toEqual(['shown to all of another']);
      expect(await names(gita)).toEqual([]);
      expect(await names(olivia)).toEqual(['of the platform']);
      expect(await db.postgres.savedViews.list(vik, 'runs')).toEqual([{ ...shared, isOwn: false, madeBy: 'ada' }]);
      expect(await db.postgres.savedViews.create(ada, FAILED, TESTER)).toBe('taken');
    });

    it('are removed by whoever kept them, and shared ones by whoever may; both is in the audit trail', async () => {
      const own = await keep(vik, { name: 'mine' });
      const shared = await keep(vik, { name: 'ours', isShared: true });
      const remove = (owner: SavedViewOwner, { id }: SavedView, anySharedToo: boolean) =>
        db.postgres.savedViews.remove(owner, { id, anySharedToo }, TESTER);
      expect([await remove(ada, own, true), await remove(ada, shared, false)]).toEqual([false, false]);
      expect([await remove(gita, shared, true), await remove(olivia, shared, true)]).toEqual([false, false]);
      expect([await remove(vik, own, false), await remove(ada, shared, true)]).toEqual([true, true]);
      expect(await remove(ada, shared, true)).toBe(false);
      const noted = await db.query<{ action: string }>(
        `SELECT action FROM audit_events WHERE subject->>'name' IN ('mine', 'ours') ORDER BY id`,
      );
      expect(noted.map(({ action }) => action)).toEqual(['saved-view.shared', 'saved-view.removed']);
    });

    it('are so many and no more, and what is removed makes room', async () => {
      for (let kept = 0; kept < LIMITS.savedViews; kept++) await keep(gita, { name: `view ${kept}` });
      expect(await db.postgres.savedViews.create(gita, FAILED, TESTER)).toBe('over_limit');
      const [first] = await db.postgres.savedViews.list(gita, 'runs');
      await db.postgres.savedViews.remove(gita, { id: first?.id ?? '', anySharedToo: false }, TESTER);
      expect((await keep(gita)).id).not.toBe(first?.id);
      const rows = await db.query('SELECT id FROM saved_views WHERE identity_id = $1', [gita.identityId]);
      expect(rows).toHaveLength(LIMITS.savedViews);
    });
  });
});
