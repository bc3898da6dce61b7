import { FakeTextRecords } from '@rungate/egress/testing';
import type { DomainBody, DomainCheckBody } from '@rungate/contract';
import { startTestPostgres, twoOrganizations, type TestPostgres } from '@rungate/postgres/testing';
import { TESTER } from '@rungate/run-task/testing';
import type { LightMyRequestResponse as Response } from 'fastify';
import { aConnection } from '../sign-in/testing/a-connection.js';
import { Browser } from '../sign-in/testing/browser.js';
import { ApiUnderTest, pointers } from '../testing/index.js';
import { Domains } from './domains.js';

jest.setTimeout(120_000);

describe('domains', () => {
  const api = new ApiUnderTest();
  const dns = new FakeTextRecords();
  let db: TestPostgres;
  let acmeId: string;
  let domains: Domains;

  beforeAll(async () => {
    db = await startTestPostgres();
    const [acme] = await twoOrganizations(db);
    acmeId = acme.organization.id;
    const { signIns, sessions, members, organizations, apiTokens, domains: store, clock, audit } = db.postgres;
    const stores = { signIns, sessions, members, organizations, apiTokens, domains: store, clock, audit };
    await api.start({ options: { ...stores, textRecords: dns } });
    domains = new Domains(api.options);
  });
  afterAll(async () => {
    await api.stop();
    await db.close();
  });
  beforeEach(async () => {
    dns.published.clear();
    await db.query('DELETE FROM sso_domains');
  });

  const pathOf = (slug: string): string => `/organizations/${slug}/domains`;
  const claim = async (slug: string, domain = 'acme.example'): Promise<DomainBody> =>
    (await api.ask('POST', pathOf(slug), { body: { domain } })).json();
  const check = async (slug: string, { id }: DomainBody): Promise<DomainCheckBody> =>
    (await api.ask('POST', `${pathOf(slug)}/${id}/check`)).json();
  const publish = (...claimed: readonly DomainBody[]): void => {
    for (const { record } of claimed)
      dns.published.set(
        record.name,
        claimed.map((each) => each.record.value),
      );
  };
  const trail = async (): Promise<readonly string[]> => {
    const rows = await db.query<{ action: string }>(
      "SELECT action FROM audit_events WHERE subject ->> 'kind' = 'domain' ORDER BY id",
    );
    return rows.map(({ action }) => action);
  };
  const discover = async (email: string): Promise<unknown> => {
    const answer = await new Browser(api).send('POST', '/auth/discover', { body: { email } });
    return answer.json();
  };

  it('are proved by their record, and lead to the connections that chose to be found', async () => {
    const connectionId = '01943c60-0000-7000-8000-0000000000d1';
    await db.postgres.connections.save(
      aConnection({ id: connectionId, organizationId: acmeId, issuer: 'https://idp.example' }),
      TESTER,
    );
    await db.query(`UPDATE sso_connections SET discoverable = true WHERE id = '${connectionId}'`);
    const claimed = await claim('acme', 'ACME.example');
    expect(claimed).toMatchObject({ domain: 'acme.example', state: 'unproved' });
    expect(claimed.record.name).toBe('_rungate-challenge.acme.example');
    expect((await claim('acme')).record).toEqual(claimed.record);
    const nobody = { location: '/login?problem=no-provider', choices: [] };
    expect(await discover('ada@acme.example')).toEqual(nobody);
    expect(await check('acme', claimed)).toMatchObject({ found: false, domain: { state: 'unproved' } });
    dns.published.set(claimed.record.name, 'silence');
    expect(await check('acme', claimed)).toMatchObject({ says: expect.stringContaining('did not answer') as string });

    dns.published.set(claimed.record.name, ['v=spf1 -all', claimed.record.value]);
    expect(await check('acme', claimed)).toMatchObject({ found: true, domain: { state: 'proved' } });
    expect(await discover('Ada@Acme.Example')).toEqual({
      location: `/auth/c/${connectionId}/login?hint=Ada%40Acme.Example&return=%2F`,
      choices: [],
    });
    expect(await discover('ada@sub.acme.example')).toEqual(nobody);
    expect((await api.ask('DELETE', `${pathOf('acme')}/${claimed.id}`)).statusCode).toBe(204);
    expect(await discover('ada@acme.example')).toEqual(nobody);
    expect((await trail()).slice(-3)).toEqual(['domain.added', 'domain.proved', 'domain.removed']);
  });

  it('are of one organization alone, which nobody else is told', async () => {
    const [acme, globex] = [await claim('acme'), await claim('globex')];
    const unproved = await check('globex', globex);
    publish(acme, globex);
    expect((await check('acme', acme)).found).toBe(true);
    const second = await check('globex', globex);
    expect({ ...second, domain: { ...second.domain, checkedAt: unproved.domain.checkedAt } }).toEqual(unproved);
    const taken = await api.ask('POST', `${pathOf('globex')}/${globex.id}/assert`, { body: { reason: 'By phone.' } });
    expect([taken.statusCode, taken.body]).toEqual([409, expect.stringContaining('Another organization')]);
    // An id of another is none.
    expect((await api.ask('POST', `${pathOf('globex')}/${acme.id}/check`)).statusCode).toBe(404);
    expect((await api.ask('DELETE', `${pathOf('globex')}/${acme.id}`)).statusCode).toBe(404);
    await api.ask('DELETE', `${pathOf('acme')}/${acme.id}`);
    expect((await check('globex', globex)).found).toBe(true);
  });

  it('are looked at again each month, and lost a week after their record', async () => {
    const claimed = await claim('acme');
    publish(claimed);
    await check('acme', claimed);
    expect(await domains.checkDue(10)).toBe(0);
    const due = () => db.query("UPDATE sso_domains SET look_at = now() - interval '1 s'");
    const now = async (): Promise<DomainBody | undefined> =>
      (await api.ask('GET', pathOf('acme'))).json<{ items: DomainBody[] }>().items[0];
    await due();
    // Two processes look at once.
    expect((await Promise.all([domains.checkDue(10), domains.checkDue(10)])).sort()).toEqual([0, 1]);
    expect(await now()).toMatchObject({ state: 'proved', missingSince: null });

    dns.published.set(claimed.record.name, 'refused');
    await due();
    await domains.checkDue(10);
    expect(await now()).toMatchObject({ state: 'proved', missingSince: null });
    dns.published.delete(claimed.record.name);
    await due();
    await domains.checkDue(10);
    expect(await now()).toMatchObject({ state: 'proved', missingSince: expect.any(String) as string });
    await db.query(
      "UPDATE sso_domains SET look_at = now() - interval '1 s', missing_since = now() - interval '8 days'",
    );
    await domains.checkDue(10);
    expect(await now()).toMatchObject({ state: 'unproved', missingSince: null });
    expect((await trail()).slice(-4)).toEqual(['domain.added', 'domain.proved', 'domain.missing', 'domain.lost']);
    expect(api.logged).toContainEqual(['domain_lost', { organizationId: acmeId, domain: 'acme.example' }]);
  });

  it('are vouched for by an owner of the platform, who says why', async () => {
    const claimed = await claim('acme');
    const assert = (headers = {}): Promise<Response> =>
      api.ask('POST', `${pathOf('acme')}/${claimed.id}/assert`, { body: { reason: 'Air-gapped.' }, headers });
    expect((await assert({ authorization: `Bearer ${await api.tokenOf('acme', 'admin')}` })).statusCode).toBe(403);
    expect((await assert()).json()).toMatchObject({ state: 'asserted' });
    const [noted] = await db.query<{ reason: string }>(
      "SELECT reason FROM audit_events WHERE action = 'domain.asserted'",
    );
    expect(noted?.reason).toBe('Air-gapped.');
    await check('acme', claimed);
    expect((await check('acme', claimed)).domain.state).toBe('asserted');
  });

  it.each([
    ['a public mail provider', 'gmail.com'],
    ['no domain', 'localhost'],
    ['an address of IPv4', '10.0.0.1'],
    ['letters that DNS has not', 'müller.example'],
    ['an e-mail address', 'ada@acme.example'],
  ])('are none: %s', async (_what, domain) => {
    const refused = await api.ask('POST', pathOf('acme'), { body: { domain } });
    expect([refused.statusCode, pointers(refused)]).toEqual([400, ['/domain']]);
  });
});
