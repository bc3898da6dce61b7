import { startTestPostgres, type TestPostgres } from '@rungate/postgres/testing';
import type { DesiredConnection } from '@rungate/run-task';
import { TESTER } from '@rungate/run-task/testing';
import type { LightMyRequestResponse as Response } from 'fastify';
import { ApiUnderTest } from '../../testing/index.js';
import { requestXml, TestSamlProvider, type Misbehaviour } from '../../testing/saml-provider.js';
import { aConnection } from '../testing/a-connection.js';

jest.setTimeout(120_000);

const CONNECTION = '01943c5f-02b4-7d11-8a6e-91c3d5e7f001';
const GROUPS = 'http://schemas.passportjs.com/groups';
const ASSERTION = /<saml:Assertion .*<\/saml:Assertion>/s;

describe('sign-in by SAML', () => {
  const api = new ApiUnderTest();
  const provider = new TestSamlProvider();
  let db: TestPostgres;

  beforeAll(async () => {
    db = await startTestPostgres();
    const { organizations, signIns, sessions, members, connections, clock } = db.postgres;
    await api.start({ options: { organizations, signIns, sessions, members, clock } });
    api.endStreams();
    await api.ask('PUT', '/organizations/acme', { body: { displayName: 'Acme' } });
    const acme = await organizations.find({ kind: 'platform' }, 'acme');
    await connections.save(connectionTo(provider, acme?.id ?? ''), TESTER);
  });
  afterAll(async () => {
    await api.stop();
    await db.close();
  });

  const get = (url: string, cookie = ''): Promise<Response> => api.inject({ method: 'GET', url, headers: { cookie } });
  const begin = async (): Promise<{ location: string; cookie: string }> => {
    const answer = await get(`/auth/c/${CONNECTION}/login?return=/o/acme/setup`);
    return { location: String(answer.headers.location), cookie: cookieOf(answer) };
  };
  const post = (samlResponse: string): Promise<Response> =>
    api.inject({
      method: 'POST',
      url: `/auth/c/${CONNECTION}/acs`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ SAMLResponse: samlResponse, RelayState: 'https://evil.example.com' }).toString(),
    });
  const answerTo = async (misbehaviour: Misbehaviour): Promise<Response> => {
    const { location } = await begin();
    return post(await provider.answer(location, misbehaviour));
  };
  const lastReason = (): string => JSON.stringify(api.logged.at(-1));

  it('lets in whom the provider vouches for, as what the groups say, and goes back to where it began', async () => {
    const { location, cookie } = await begin();
    provider.groups = ['people', 'rungate-admins'];
    const posted = await post(await provider.answer(location));
    expect([posted.statusCode, posted.headers.location]).toEqual([303, `/auth/c/${CONNECTION}/finish`]);
    expect(posted.headers['set-cookie']).toBeUndefined();
    const finished = await get(String(posted.headers.location), cookie);
    provider.groups = ['people'];
    expect(finished.headers.location).toBe('/o/acme/setup');
    const me = await get('/api/v1/me', cookieOf(finished));
    expect(me.json()).toMatchObject({
      role: 'admin',
      organization: 'acme',
      name: 'Vik Viewer',
      person: { email: 'vik@example.com' },
    });
  });

  it('takes for a fresh proof only what answers a request for one, and is fresh', async () => {
    const { location, cookie } = await begin();
    const posted = await post(await provider.answer(location));
    const signedIn = cookieOf(await get(String(posted.headers.location), cookie));
    const steppedUpAt = async (session: string): Promise<string | null> =>
      (await get('/api/v1/me', session)).json<{ session: { steppedUpAt: string | null } }>().session.steppedUpAt;
    // The provider says in every answer that the person proved who he is just now.
    expect(await steppedUpAt(signedIn)).toBeNull();
    const stepUp = async (hoursAgo: number) => {
      const asked = await get('/auth/step-up?return=/o/acme/tokens', signedIn);
      expect(requestXml(String(asked.headers.location))).toContain('ForceAuthn="true"');
      const then = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - hoursAgo * 3_600_000);
      const said = await provider.answer(String(asked.headers.location), { options: { lifetimeInSeconds: 7_200 } });
      then.mockRestore();
      const answer = await post(said);
      return get(String(answer.headers.location), `${signedIn}; ${cookieOf(asked)}`);
    };
    const old = await stepUp(1);
    expect(old.headers.location).toBe('/login?problem=provider');
    expect(lastReason()).toContain('AuthnInstant');
    const fresh = await stepUp(0);
    expect(fresh.headers.location).toBe('/o/acme/tokens');
    expect(await steppedUpAt(cookieOf(fresh))).not.toBeNull();
  });

  it('lets in nobody with the browser of another', async () => {
    const { location } = await begin();
    const other = await begin();
    const posted = await post(await provider.answer(location));
    const finish = String(posted.headers.location);
    for (const cookie of ['', other.cookie])
      expect((await get(finish, cookie)).headers.location).toBe('/login?problem=expired');
  });

  it('lets in nobody before the provider has answered', async () => {
    const { cookie } = await begin();
    expect((await get(`/auth/c/${CONNECTION}/finish`, cookie)).headers.location).toBe('/login?problem=expired');
  });

  it('takes an answer once', async () => {
    const { location } = await begin();
    const answer = await provider.answer(location);
    expect((await post(answer)).headers.location).toBe(`/auth/c/${CONNECTION}/finish`);
    expect((await post(answer)).headers.location).toBe('/login?problem=provider');
    expect(lastReason()).toContain('Nobody waits');
  });

  it('takes an assertion once, also when another request waits', async () => {
    const { location } = await begin();
    const xml = await provider.respond(location);
    const id = /<saml:Assertion [^>]*ID="([^"]+)"/.exec(xml)?.[1] ?? '';
    await db.postgres.signIns.useAssertion(CONNECTION, id, new Date(Date.now() + 60_000));
    expect((await post(Buffer.from(xml).toString('base64'))).headers.location).toBe('/login?problem=provider');
    expect(lastReason()).toContain('used before');
  });

  it('takes either of two certificates, and neither of one that was taken away', async () => {
    const next = new TestSamlProvider();
    expect((await answerTo({})).headers.location).toBe(`/auth/c/${CONNECTION}/finish`);
    const { location } = await begin();
    await post(await next.answer(location));
    expect(lastReason()).toContain('Invalid signature');
  });

  it('tells a provider where to send its answers, and says the same of a connection that is not there', async () => {
    const there = await get(`/auth/c/${CONNECTION}/metadata`);
    expect(there.body).toContain(`Location="https://rungate.example.com/auth/c/${CONNECTION}/acs"`);
    expect(there.body).toContain('WantAssertionsSigned="true"');
    const nobody = CONNECTION.replace(/1$/, '2');
    expect((await get(`/auth/c/${nobody}/metadata`)).body).toBe(there.body.replaceAll(CONNECTION, nobody));
  });

  const evil = (xml: string): string =>
    (ASSERTION.exec(xml)?.[0] ?? '')
      .replace(/<(ds:)?Signature .*<\/(ds:)?Signature>/s, '')
      .replace(/ID="[^"]+"/, 'ID="_evil"')
      .replaceAll('>people<', '>rungate-admins<');
  const evilTwin = (xml: string): string =>
    evil(xml).replace('_evil', /<saml:Assertion [^>]*ID="([^"]+)"/.exec(xml)?.[1] ?? '');
  const refused: readonly (Misbehaviour & { readonly what: string; readonly why: string })[] = [
    { what: 'unsigned', options: { signAssertion: false }, why: 'Nothing in the answer is signed' },
    {
      what: 'signed as a response alone',
      options: { signAssertion: false, signResponse: true },
      why: 'Invalid signature',
    },
    { what: 'for another audience', options: { audience: 'https://elsewhere.example.com' }, why: 'audience mismatch' },
    { what: 'expired', options: { lifetimeInSeconds: -120 }, why: 'No valid subject confirmation' },
    { what: 'of another provider', options: { issuer: 'urn:example:other' }, why: 'urn:example:other' },
    { what: 'signed with SHA-1', options: { signatureAlgorithm: 'rsa-sha1' }, why: 'SHA-256 or better' },
    { what: 'digested with SHA-1', options: { digestAlgorithm: 'sha1' }, why: 'SHA-256 or better' },
    { what: 'for another address', options: { destination: 'https://elsewhere.example.com/acs' }, why: 'Destination' },
    { what: 'for another recipient', options: { recipient: 'https://elsewhere.example.com/acs' }, why: 'Recipient' },
    { what: 'to a request that nobody made', options: { inResponseTo: '_0123456789abcdef' }, why: 'Nobody waits' },
    { what: 'unasked', change: (xml) => xml.replaceAll(/ InResponseTo="[^"]*"/g, ''), why: 'no InResponseTo' },
    { what: 'tampered', change: (xml) => xml.replaceAll('>people<', '>rungate-admins<'), why: 'Invalid signature' },
    { what: 'with a document type', change: (xml) => `<!DOCTYPE r [<!ENTITY e "x">]>${xml}`, why: 'document type' },
    {
      what: 'with an entity of a file',
      change: (xml) => `<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>${xml.replace('>people<', '>&e;<')}`,
      why: 'document type',
    },
    { what: 'with a comment in a value', change: (xml) => xml.replace('>vik<', '>vi<!-- -->k<'), why: 'comment' },
    {
      what: 'with a second assertion before the signed one',
      change: (xml) => xml.replace(ASSERTION, (signed) => evil(signed) + signed),
      why: 'exactly one assertion',
    },
    {
      what: 'with a second assertion after the signed one',
      change: (xml) => xml.replace(ASSERTION, (signed) => signed + evil(signed)),
      why: 'exactly one assertion',
    },
    {
      what: 'with the signed assertion inside of another',
      change: (xml) =>
        xml.replace(ASSERTION, (signed) => evil(signed).replace(/<\/saml:Assertion>$/, `${signed}</saml:Assertion>`)),
      why: 'exactly one assertion',
    },
    {
      what: 'with the signed assertion in the signature of another',
      change: (xml) =>
        xml.replace(ASSERTION, (signed) => {
          const signature = /<Signature .*<\/Signature>/s.exec(signed)?.[0] ?? '';
          const around = signature.replace(
            '</Signature>',
            `<Object>${signed.replace(signature, '')}</Object></Signature>`,
          );
          return evil(signed).replace('</saml:Issuer>', `</saml:Issuer>${around}`);
        }),
      why: 'exactly one assertion',
    },
    {
      what: 'with the signed assertion among extensions',
      change: (xml) =>
        xml.replace(ASSERTION, (signed) => `<samlp:Extensions>${signed}</samlp:Extensions>${evilTwin(signed)}`),
      why: 'Two elements',
    },
    {
      what: 'longer than 256 KB',
      change: (xml) => xml.replace('</samlp:Response>', `${' '.repeat(260_000)}</samlp:Response>`),
      why: 'longer than 256 KB',
    },
  ];

  it.each(refused)('refuses an answer that is $what', async ({ options, change, why }) => {
    const misbehaviour = { ...(options === undefined ? {} : { options }), ...(change === undefined ? {} : { change }) };
    const answer = await answerTo(misbehaviour);
    expect(answer.headers.location).toBe('/login?problem=provider');
    expect(lastReason()).toMatch(new RegExp(why));
  });

  it('refuses two assertions of one answer, both signed', async () => {
    const { location } = await begin();
    const second = ASSERTION.exec(await provider.respond(location))?.[0] ?? '';
    const answer = await provider.answer(location, { change: (xml) => xml.replace(ASSERTION, (one) => one + second) });
    expect((await post(answer)).headers.location).toBe('/login?problem=provider');
    expect(lastReason()).toContain('exactly one assertion');
  });
});

function connectionTo(provider: TestSamlProvider, organizationId: string): DesiredConnection {
  return aConnection({
    id: CONNECTION,
    organizationId,
    type: 'saml',
    issuer: provider.issuer,
    clientId: null,
    scopes: [],
    signInUrl: provider.signInUrl,
    certificates: [new TestSamlProvider().certificate, provider.certificate],
    roleRules: [{ claim: GROUPS, value: 'rungate-admins', role: 'admin' }],
  });
}

/** The cookies of an answer that hold something. */
function cookieOf({ cookies }: Response): string {
  return cookies
    .filter(({ value }) => value !== '')
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
}
