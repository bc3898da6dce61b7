import type { LightMyRequestResponse as Response } from 'fastify';
import type { ApiUnderTest } from '../../testing/index.js';

let browsers = 0;

/** A browser with its cookies and an address of its own, which asks an API without a socket. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #address = `203.0.113.${browsers++ % 250}`;

  constructor(private readonly api: ApiUnderTest) {}

  async get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.#send('GET', url, { headers });
  }

  /** As the console sends it. */
  async send(
    method: 'POST' | 'PUT' | 'DELETE',
    url: string,
    { body, headers = {} }: { readonly body?: object; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Response> {
    const own = { 'x-rungate-request': '1', 'sec-fetch-site': 'same-origin', ...headers };
    if (body === undefined) return this.#send(method, url, { headers: own });
    return this.#send(method, url, {
      headers: { 'content-type': 'application/json', ...own },
      payload: JSON.stringify(body),
    });
  }

  async #send(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    { headers, payload }: { readonly headers: Readonly<Record<string, string>>; readonly payload?: string },
  ): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await this.api.inject({
      method,
      url,
      remoteAddress: this.#address,
      headers: { ...headers, ...(cookie === '' ? {} : { cookie }) },
      ...(payload === undefined ? {} : { payload }),
    });
    for (const { name, value, maxAge } of response.cookies) {
      if (maxAge === 0) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }
}
