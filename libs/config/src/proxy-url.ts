import { z } from 'zod';
import type { Address } from './formats.js';
import { SecretText } from './secret-text.js';

/** The proxy that https connections go through, read from `HTTPS_PROXY`. */
export interface ProxyAddress extends Address {
  /** Whether the proxy itself is spoken to over TLS. */
  readonly tls: boolean;
  /** `user:password`, decoded; null where none is given. */
  readonly credentials: SecretText | null;
}

/** `HTTPS_PROXY`; its problems say what is wrong, and never repeat a value. */
export const proxyUrl: z.ZodType<ProxyAddress, string> = z.string().transform((text, context) => {
  const address = readProxyUrl(text);
  if (address !== null) return address;
  context.addIssue({ code: 'custom', message: FORM });
  return z.NEVER;
});

const FORM = 'must be the URL of an HTTP proxy: http://host:port or https://host:port, with user:password@ if it asks';

/** Without a scheme it is http, as everywhere. Other kinds of proxy are not spoken. */
function readProxyUrl(text: string): ProxyAddress | null {
  const written = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(written)) return null;
  const url = new URL(written);
  const tls = url.protocol === 'https:';
  if ((!tls && url.protocol !== 'http:') || url.pathname !== '/' || url.search !== '' || url.hash !== '') return null;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (tls ? 443 : 80) : Number(url.port),
    tls,
    credentials: readCredentials(url),
  };
}

function readCredentials({ username, password }: URL): SecretText | null {
  if (username === '' && password === '') return null;
  return new SecretText(`${decoded(username)}:${decoded(password)}`);
}

/** What is no percent-encoding is meant as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
