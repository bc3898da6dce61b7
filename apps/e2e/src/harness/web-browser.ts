/** A browser with its cookies that follows redirects, as far as a sign-in needs one: no page is rendered. */
export class WebBrowser {
  /** By name: cookies do not tell ports apart. */
  readonly cookies = new Map<string, string>();

  /** Follows redirects to their end, or to what is not followed. */
  async open(
    address: string,
    form?: Readonly<Record<string, string>>,
  ): Promise<{ url: string; text: string; status: number }> {
    let url = address;
    let body = form === undefined ? undefined : new URLSearchParams(form);
    for (let hops = 0; hops < 20; hops++) {
      const response = await fetch(url, {
        method: body === undefined ? 'GET' : 'POST',
        redirect: 'manual',
        headers: { cookie: this.cookieHeader() },
        ...(body === undefined ? {} : { body }),
      });
      body = undefined;
      this.#keep(response);
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) {
        const text = await response.text();
        const sent = sentByItself(text);
        if (sent === null) return { url, text, status: response.status };
        url = new URL(sent.action, url).href;
        body = sent.body;
      } else url = new URL(location, url).href;
    }
    throw new Error(`${address} leads nowhere`);
  }

  /** As the console asks. */
  async send(method: string, url: string, body?: object): Promise<Response> {
    const response = await fetch(url, {
      method,
      headers: {
        cookie: this.cookieHeader(),
        'x-rungate-request': '1',
        origin: new URL(url).origin,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    this.#keep(response);
    return response;
  }

  cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #keep(response: Response): void {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(cookie)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

/** A page whose script sends its form at once, as those of a provider do; null for any other. */
function sentByItself(text: string): { readonly action: string; readonly body: URLSearchParams } | null {
  const action = /<form[^>]*action="([^"]+)"/.exec(text)?.[1];
  if (action === undefined || !text.includes('document.forms[0].submit()')) return null;
  const body = new URLSearchParams();
  // Those of the form, and what the script adds to it.
  for (const [input] of text.matchAll(/<input[^>]*>/g)) {
    const name = /name="([^"]+)"/.exec(input)?.[1];
    if (name !== undefined) body.set(name, /value="([^"]*)"/.exec(input)?.[1] ?? '');
  }
  return { action, body };
}
