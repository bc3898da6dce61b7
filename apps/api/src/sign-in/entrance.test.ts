import { SIGN_IN_PATHS } from '@rungate/contract';
import { InMemorySignInStore } from '@rungate/run-task/testing';
import type { LightMyRequestResponse as Response } from 'fastify';
import { ApiUnderTest } from '../testing/index.js';

/** What a page of ours sends. */
const OURS = { 'x-rungate-request': '1', 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };

describe('finding a provider by an e-mail address', () => {
  let api: ApiUnderTest;
  let asked: string[];

  beforeEach(async () => {
    asked = [];
    const connectionsOfDomain = (domain: string): Promise<readonly { id: string; name: string }[]> => {
      asked.push(domain);
      const found = { 'acme.example': ['one'], 'globex.example': ['old', 'new'] }[domain] ?? [];
      return Promise.resolve(found.map((id) => ({ id, name: `the ${id}` })));
    };
    const signIns = Object.assign(new InMemorySignInStore(), { connectionsOfDomain });
    api = await new ApiUnderTest().start({ options: { signIns } });
  });
  afterEach(() => api.stop());

  const discover = (email: string): Promise<Response> =>
    api.inject({ method: 'POST', url: SIGN_IN_PATHS.discover, headers: OURS, payload: JSON.stringify({ email }) });

  it('asks the database the same, once, whoever it is', async () => {
    const emails = [
      'ada@acme.example',
      'ada@nowhere.example',
      'x@ACME.example',
      'a@b@acme.example',
      'x@müller.example',
    ];
    for (const email of emails) await discover(email);
    expect(asked).toEqual(['acme.example', 'nowhere.example', 'acme.example', 'xn--mller-kva.example']);
  });

  it('answers in the same form whether anybody is known, and never says that somebody is not', async () => {
    const [known, other, unknown] = [
      await discover('ada@acme.example'),
      await discover('nobody@acme.example'),
      await discover('ada@nowhere.example'),
    ];
    const formOf = ({ statusCode, headers, json }: Response) => [
      statusCode,
      Object.keys(headers).filter((name) => name !== 'content-length'),
      Object.keys(json<object>()),
    ];
    expect(formOf(known)).toEqual(formOf(unknown));
    expect(other.json<{ location: string }>().location.replace('nobody', 'ada')).toBe(
      known.json<{ location: string }>().location,
    );
    expect(unknown.json()).toEqual({ location: '/login?problem=no-provider', choices: [] });
  });

  it('asks by their names where an organization has several', async () => {
    const search = 'hint=gita%40globex.example&return=%2F';
    expect((await discover('gita@globex.example')).json()).toEqual({
      location: null,
      choices: [
        { label: 'the old', href: `/auth/c/old/login?${search}` },
        { label: 'the new', href: `/auth/c/new/login?${search}` },
      ],
    });
  });

  it.each(['discover', 'options'] as const)('lets an address ask %s 120 times a minute', async (what) => {
    const ask = () =>
      what === 'discover' ? discover('ada@acme.example') : api.inject({ method: 'GET', url: SIGN_IN_PATHS.options });
    for (let count = 0; count < 120; count++) await ask();
    const refused = await ask();
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '60']);
  });
});
