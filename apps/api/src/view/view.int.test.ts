import { anOrganization, startTestPostgres, type TestPostgres } from '@rungate/postgres/testing';
import { TESTER } from '@rungate/run-task/testing';
import { newSecret } from '../session/cookies.js';
import { aConnection } from '../sign-in/testing/a-connection.js';
import { Browser } from '../sign-in/testing/browser.js';
import { ApiUnderTest } from '../testing/index.js';

jest.setTimeout(60_000);

const STAFF = '01943c60-0000-7000-8000-00000000000d';
const VIEWS = '/api/v1/organizations/acme/views';

describe('a view of an organization', () => {
  const api = new ApiUnderTest();
  let db: TestPostgres;
  let acme: string;
  let admin: Readonly<Record<string, string>>;
  let browser: Browser;

  beforeAll(async () => {
    db = await startTestPostgres();
    acme = (await anOrganization(db, 'acme')).organization.id;
    const { sessions, views, members, organizations, apiTokens, clock } = db.postgres;
    const options = { sessions, views, members, organizations, apiTokens, clock, publicUrl: 'http://127.0.0.1:3000' };
    await api.start({ options });
    admin = { authorization: `Bearer ${await api.tokenOf('acme', 'admin')}` };
    await db.postgres.connections.save(
      aConnection({ id: STAFF, organizationId: null, issuer: 'https://login.example', defaultRole: 'operator' }),
      TESTER,
    );
    browser = await operator();
  });
  afterAll(async () => {
    await api.stop();
    await db.close();
  });

  /** The browser of one who signed in. */
  const operator = async (): Promise<Browser> => {
    const arrival = { organizationId: null, connectionId: STAFF, subject: 'omar', name: 'Omar', email: null };
    const member = await db.postgres.members.arrive({ ...arrival, address: null }, () => ({
      admitted: true,
      role: 'operator',
      roleFrom: 'rule',
    }));
    if ('refused' in member) throw new Error('nobody was to be refused');
    const { value, hash } = newSecret();
    const lasts = { idleSeconds: 600, absoluteSeconds: 600, steppedUpAt: null };
    const about = { providerSession: null, idToken: null, userAgent: null, by: TESTER };
    await db.postgres.sessions.open({ organizationId: null, identityId: member.id, hash, ...lasts, ...about });
    const made = new Browser(api);
    made.cookies.set('rungate_sid', value);
    return made;
  };
  const begin = async (reason: string): Promise<number> =>
    (await browser.send('POST', VIEWS, { body: { reason } })).statusCode;
  const me = async (): Promise<unknown> => (await browser.get('/api/v1/me')).json();
  const allow = (allowed: boolean) =>
    api.ask('PUT', '/organizations/acme/views', { body: { allowed }, headers: admin });
  const itself = { role: 'operator', organization: null, view: null };

  it('makes a viewer of a session until its holder leaves', async () => {
    expect(await begin('left')).toBe(201);
    expect(await me()).toMatchObject({ role: 'viewer', organization: 'acme', view: { organization: 'acme' } });
    const refused = await browser.get('/api/v1/organizations/acme/members');
    expect(refused.json()).toMatchObject({ status: 403, code: 'view-as-read-only' });
    expect((await browser.send('DELETE', '/api/v1/view')).statusCode).toBe(204);
    expect(await me()).toMatchObject(itself);
  });

  it('is over after its time', async () => {
    expect(await begin('over')).toBe(201);
    await db.query(`UPDATE organization_views
      SET started_at = now() - interval '20 minutes', ends_at = now() WHERE reason = 'over'`);
    expect(await me()).toMatchObject(itself);
  });

  it('ends at once, with its stream, when the organization says no, and none begins any more', async () => {
    expect(await begin('refused')).toBe(201);
    const stream = browser.get('/api/v1/organizations/acme/events');
    expect((await allow(false)).json()).toMatchObject({ viewsAllowed: false });
    expect(await me()).toMatchObject(itself);
    expect(await begin('again')).toBe(409);
    const askedAt = performance.now();
    expect((await stream).payload).toContain('{"why":"signed_out"}');
    expect(performance.now() - askedAt).toBeLessThan(9_000);
  });

  it('is what the organization reads of: who, why and when', async () => {
    const page = await api.ask('GET', '/organizations/acme/views', { headers: admin });
    expect(page.json<{ items: unknown }>().items).toMatchObject([
      { viewer: { name: 'Omar', role: 'operator' }, reason: 'refused', endedAt: expect.any(String) as unknown },
      { reason: 'over', endedAt: null },
      { reason: 'left', endedAt: expect.any(String) as unknown },
    ]);
    const noted = await db.query<{ what: string }>(`SELECT action || ' ' || (actor ->> 'name') AS what FROM audit_events
      WHERE organization_id = '${acme}' AND action LIKE 'organization.view%' ORDER BY id`);
    expect(noted.map(({ what }) => what)).toEqual([
      'organization.viewed Omar',
      'organization.view-ended Omar',
      'organization.viewed Omar',
      'organization.viewed Omar',
      'organization.views-refused admin',
    ]);
  });

  it('is nothing for a token', async () => {
    await allow(true);
    const token = { authorization: `Bearer ${await api.platformToken('owner')}` };
    const refused = await api.ask('POST', '/organizations/acme/views', { body: { reason: 'why' }, headers: token });
    expect(refused.statusCode).toBe(403);
  });
});
