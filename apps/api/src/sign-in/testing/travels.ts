import type { ApiUnderTest } from '../../testing/index.js';
import { Browser } from './browser.js';
import type { HostileProvider } from './hostile-provider.js';

/** What a person's browser does, to the provider and back; each answer is where it is sent. */
export interface Travels {
  readonly begin: (browser: Browser, connection?: string, query?: string) => Promise<string>;
  readonly comeBack: (browser: Browser, query: URLSearchParams, connection?: string) => Promise<string>;
  /** With a browser of its own, as whom the claims say. */
  readonly signIn: (claims?: object, query?: string) => Promise<{ readonly browser: Browser; readonly to: string }>;
}

/** Travels through one connection, unless another is named. */
export function travelsThrough(
  usual: string,
  { api, provider }: { readonly api: ApiUnderTest; readonly provider: () => HostileProvider },
): Travels {
  const begin: Travels['begin'] = async (browser, connection = usual, query = '') => {
    const response = await browser.get(`/auth/c/${connection}/login${query}`);
    return response.headers.location ?? '';
  };
  const comeBack: Travels['comeBack'] = async (browser, query, connection = usual) => {
    const response = await browser.get(`/auth/c/${connection}/callback?${query.toString()}`);
    return response.headers.location ?? '';
  };
  const signIn: Travels['signIn'] = async (claims = {}, query = '') => {
    const browser = new Browser(api);
    provider().misbehaviour = { claims: { tid: 'acme', ...claims } };
    const to = await comeBack(browser, provider().authorize(await begin(browser, usual, query)));
    return { browser, to };
  };
  return { begin, comeBack, signIn };
}
