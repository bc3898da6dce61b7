import { request } from 'node:http';
import { newDirectory } from './harness/checkout.js';
import { launchRungate, startRungate, type Rungate } from './harness/rungate-process.js';
import { until } from './harness/until.js';
import { WebBrowser } from './harness/web-browser.js';

jest.setTimeout(180_000);

interface Options {
  readonly development: boolean;
  readonly choices: readonly { readonly label: string; readonly href: string }[];
}
interface Me {
  readonly name: string;
  readonly role: string;
  readonly organization: string | null;
  readonly session: { readonly isByLink: boolean };
}

describe('the development sign-in', () => {
  const dataDir = newDirectory();
  let rungate: Rungate;
  beforeAll(async () => {
    rungate = await startRungate({ dataDir });
  });
  afterAll(() => rungate.child.stop('SIGTERM'));

  const choices = async (): Promise<Options['choices']> => {
    const options = (await (await fetch(`${rungate.url}/auth/options`)).json()) as Options;
    expect(options.development).toBe(true);
    return options.choices;
  };
  const signIn = async (label: string): Promise<WebBrowser> => {
    const browser = new WebBrowser();
    const choice = (await choices()).find((one) => one.label === label);
    const { url } = await browser.open(`${rungate.url}${choice?.href ?? ''}&return=/api/v1/me`);
    expect(url).toBe(`${rungate.url}/api/v1/me`);
    return browser;
  };
  const me = async (browser: WebBrowser): Promise<Me | number> => {
    const response = await browser.send('GET', `${rungate.url}/api/v1/me`);
    return response.ok ? ((await response.json()) as Me) : response.status;
  };

  it.each([
    ['Olivia Owner', 'owner', null],
    ['Omar Operator', 'operator', null],
    ['Ada Admin (acme)', 'admin', 'acme'],
    ['Vik Viewer (acme)', 'viewer', 'acme'],
    ['Gita Admin (globex)', 'admin', 'globex'],
  ])('makes %s of whoever clicks', async (name, role, organization) => {
    expect(await me(await signIn(name))).toMatchObject({ name, role, organization });
  });

  it('shows buttons where nobody said who comes, and where a fresh proof is asked for', async () => {
    const browser = await signIn('Ada Admin (acme)');
    const page = await browser.open(`${rungate.url}/auth/step-up?return=/api/v1/sessions`);
    expect([...page.text.matchAll(/<button[^>]*>([^<]*)/g)].map(([, name]) => name)).toEqual([
      'Ada Admin (acme)',
      'Vik Viewer (acme)',
    ]);
    const other = await browser.open(page.url, { persona: 'vik' });
    expect(new URL(other.url).search).toBe('?problem=other-person');
    // Whoever becomes somebody else at the provider is signed out there, and so here.
    await until('the session to be over', 10_000, async () => (await me(browser)) === 401 || null);
    const ada = await signIn('Ada Admin (acme)');
    const again = await ada.open(`${rungate.url}/auth/step-up?return=/api/v1/sessions`);
    expect((await ada.open(again.url, { persona: 'ada' })).url).toBe(`${rungate.url}/api/v1/sessions`);
    const made = await ada.send('POST', `${rungate.url}/api/v1/organizations/acme/tokens`, {
      name: 'ci',
      role: 'viewer',
    });
    expect(made.status).toBe(201);
  });

  it('ends the session when the provider ends its own', async () => {
    const browser = await signIn('Gita Admin (globex)');
    const copy = new WebBrowser();
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
    const { location } = (await (await browser.send('POST', `${rungate.url}/auth/logout`)).json()) as {
      location: string;
    };
    expect(await me(copy)).toBe(401);
    // The same person in another browser of this provider's session goes by the back channel.
    const second = await signIn('Gita Admin (globex)');
    const session = second.cookies.get('rungate_sid') ?? '';
    expect((await second.open(location)).url).toBe(`${rungate.url}/login`);
    second.cookies.set('rungate_sid', session);
    await until('the end of the session', 10_000, async () => ((await me(second)) === 401 ? true : null));
  });

  it('signs in by a link once, and makes no set-up link of an installation that has an owner', async () => {
    const env = { RUNGATE_PUBLIC_URL: rungate.url };
    const admin = async (...args: string[]): Promise<string> => {
      const child = await launchRungate(['admin', ...args], { dataDir, env });
      const { code } = await child.ended();
      expect([code, child.stderr]).toEqual([0, expect.any(String)]);
      return child.stdout.trim();
    };
    for (const link of [await admin('setup-url'), await admin('login-link', '--reason', 'a try')]) {
      expect(link).toMatch(/\/setup#[\w-]{43}$/);
      // A look at it uses nothing up: what follows the # is not even sent.
      await fetch(link);
      const browser = new WebBrowser();
      const use = () => browser.send('POST', `${rungate.url}/auth/link`, { token: link.split('#')[1] });
      expect((await use()).status).toBe(200);
      expect(await me(browser)).toMatchObject({ role: 'owner', session: { isByLink: true } });
      expect((await use()).status).toBe(404);
    }
  });

  it('answers nobody whom a proxy brings, and no other name', async () => {
    const { status } = await fetch(`${rungate.url}/auth/options`, { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(status).toBe(421);
    const browser = new WebBrowser();
    const [choice] = await choices();
    const response = await fetch(`${rungate.url}${choice?.href.replace(/\?.*/, '') ?? ''}`, { redirect: 'manual' });
    const provider = new URL(response.headers.get('location') ?? '').origin;
    expect((await fetch(provider, { headers: { via: '1.1 proxy' } })).status).toBe(421);
    expect(await statusAs(provider, 'rebinding.example')).toBe(421);
    expect(browser.cookies.size).toBe(0);
  });

  it('is nobody to a platform without development, with the sessions that it had', async () => {
    const browser = await signIn('Olivia Owner');
    await rungate.child.stop('SIGTERM');
    const env = { RUNGATE_DEV: '0', RUNGATE_PUBLIC_URL: 'https://rungate.example.com' };
    const listen = new URL(rungate.url).host;
    const production = await startRungate({ dataDir, env: { ...env, RUNGATE_LISTEN: listen } });
    const value = browser.cookies.get('rungate_sid') ?? '';
    const cookie = `__Host-rungate_sid=${value}; rungate_sid=${value}`;
    expect(await statusAs(`http://${listen}/api/v1/me`, 'rungate.example.com', cookie)).toBe(401);
    expect(await statusAs(`http://${listen}/auth/options`, 'rungate.example.com')).toBe(200);
    await production.child.stop('SIGTERM');
    rungate = await startRungate({ dataDir });
    expect(await me(browser)).toBe(401);
  });
});

/** `fetch` sets no Host. */
function statusAs(url: string, host: string, cookie = ''): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host, cookie } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
