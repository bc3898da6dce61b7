import { X509Certificate } from 'node:crypto';
import type { SsoConnectionBody } from '@rungate/contract';
import { anOrganization, startTestPostgres, type TestPostgres } from '@rungate/postgres/testing';
import { TESTER } from '@rungate/run-task/testing';
import { ApiError } from '../errors.js';
import { aConnection } from '../sign-in/testing/a-connection.js';
import { ApiUnderTest } from '../testing/index.js';
import { TestSamlProvider } from '../testing/saml-provider.js';
import { MetadataUpkeep } from './metadata-upkeep.js';

jest.setTimeout(120_000);

const ID = '01943c60-0000-7000-8000-0000000000e1';
const PATH = `/organizations/acme/sso-connections/${ID}`;

describe('metadata that is read again', () => {
  const api = new ApiUnderTest();
  const provider = new TestSamlProvider();
  const next = new TestSamlProvider();
  let db: TestPostgres;
  let upkeep: MetadataUpkeep;
  let published: () => string;
  let noted = 0;

  beforeAll(async () => {
    db = await startTestPostgres();
    const { organization } = await anOrganization(db, 'acme');
    const { signIns, sessions, members, organizations, apiTokens, managedConnections, clock } = db.postgres;
    await api.start({
      options: { signIns, sessions, members, organizations, apiTokens, managedConnections, clock },
    });
    const fetch = (): Promise<string> => Promise.resolve().then(() => published());
    upkeep = new MetadataUpkeep(api.options, { fetch });
    const about = { id: ID, organizationId: organization.id, issuer: provider.issuer };
    const saml = { type: 'saml', clientId: null, scopes: [], signInUrl: provider.signInUrl } as const;
    const certificates = [stored(provider)];
    await db.postgres.connections.save(aConnection({ ...about, ...saml, certificates }), TESTER);
  });
  afterAll(async () => {
    await api.stop();
    await db.close();
  });
  beforeEach(async () => {
    await db.query(
      `UPDATE sso_connections SET metadata_url = 'https://idp.example/metadata', metadata_seen_at = NULL,
       certificates = $1, offered_certificates = NULL, offered_at = NULL WHERE type = 'saml'`,
      [JSON.stringify([stored(provider)])],
    );
    noted = (await actions()).length;
  });

  const read = async (): Promise<SsoConnectionBody> => (await api.ask('GET', PATH)).json();
  const pemsOf = (shown: readonly { readonly pem: string }[] = []): readonly string[] => shown.map(({ pem }) => pem);
  const both = [stored(provider), stored(next)];
  const again = async (publish: () => string): Promise<SsoConnectionBody> => {
    published = publish;
    await db.query('UPDATE sso_connections SET metadata_seen_at = NULL');
    expect(await upkeep.refreshDue(10)).toBe(1);
    return read();
  };
  const actions = async (): Promise<readonly string[]> =>
    (await db.query<{ action: string }>('SELECT action FROM audit_events ORDER BY id')).map(({ action }) => action);
  /** Of this test. */
  const trail = async (): Promise<readonly string[]> => (await actions()).slice(noted);

  it('brings a certificate that a trusted one signed for', async () => {
    const shown = await again(() => provider.signedMetadata({ certificates: both }));
    expect(new Set(pemsOf(shown.certificates))).toEqual(new Set(both));
    expect([shown.offered, shown.status, await trail()]).toEqual([null, 'active', ['connection.changed']]);
    await again(() => provider.signedMetadata({ certificates: both }));
    expect(await trail()).toHaveLength(1);
  });

  it.each([
    ['nobody signed for', () => provider.metadata(both)],
    ['somebody else signed for', () => next.signedMetadata({ certificates: both })],
    [
      'was put in after the signature',
      () => provider.signedMetadata().replace('<KeyDescriptor', `${keyIn(next)}<KeyDescriptor`),
    ],
  ])('lets a certificate wait that %s, until somebody confirms it', async (_what, publish) => {
    const waiting = await again(publish);
    expect(pemsOf(waiting.certificates)).toEqual([stored(provider)]);
    expect(new Set(pemsOf(waiting.offered?.certificates))).toEqual(new Set(both));
    expect(waiting.warnings.map(({ kind }) => kind)).toContain('certificate-offered');
    await again(publish);
    expect(await trail()).toEqual(['connection.certificate-offered']);

    const { type, name, issuer, scopes, signInUrl, roleRules, defaultRole } = waiting;
    const certificates = pemsOf(waiting.offered?.certificates);
    const body = { type, name, issuer, scopes, signInUrl, roleRules, defaultRole, certificates };
    const confirmed = (await api.ask('PUT', PATH, { body })).json<SsoConnectionBody>();
    expect([pemsOf(confirmed.certificates), confirmed.offered, confirmed.status]).toEqual([
      certificates,
      null,
      'active',
    ]);
  });

  it('no longer lets a certificate wait that is not published any more', async () => {
    expect((await again(() => provider.metadata(both))).offered).not.toBeNull();
    expect((await again(() => provider.metadata())).offered).toBeNull();
  });

  it('changes nothing when it is of another provider, is none, or cannot be read', async () => {
    const unread = (): string => {
      throw new ApiError('unreachable_elsewhere', 'The metadata could not be read.');
    };
    const other = (): string => provider.metadata(both).replace(provider.issuer, 'urn:example:other');
    for (const publish of [other, () => '<a/>', unread]) {
      const shown = await again(publish);
      expect([pemsOf(shown.certificates), shown.offered]).toEqual([[stored(provider)], null]);
    }
    expect(api.logged.filter((each) => JSON.stringify(each).includes('metadata_not_read'))).toHaveLength(3);
  });

  it('is read once a day, by one process', async () => {
    published = () => provider.metadata();
    const both = await Promise.all([upkeep.refreshDue(10), upkeep.refreshDue(10)]);
    expect(both.sort()).toEqual([0, 1]);
    expect(await upkeep.refreshDue(10)).toBe(0);
    await db.query("UPDATE sso_connections SET metadata_seen_at = now() - interval '25 hours'");
    expect(await upkeep.refreshDue(10)).toBe(1);
  });
});

/** Its certificate, spelled as those that came by the API. */
function stored({ certificate }: TestSamlProvider): string {
  return new X509Certificate(certificate).toString();
}

function keyIn(provider: TestSamlProvider): string {
  return /<KeyDescriptor.*<\/KeyDescriptor>/s.exec(provider.metadata())?.[0] ?? '';
}
