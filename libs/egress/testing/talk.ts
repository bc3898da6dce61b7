import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createEgress, type Egress, type EgressOptions } from '../src/client.js';
import type { EgressError } from '../src/errors.js';
import type { Resolve } from '../src/connector.js';
import type { EgressRequest, OriginGrant } from '../src/request.js';
import { parseUrl, type EgressUrl } from '../src/url.js';
import type { TestCertificate } from './certificate.js';
import { listen } from './listen.js';

const cleanups: (() => Promise<void> | void)[] = [];

/** Ends what this file opened, the last first; for `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

/** What a test says about a request besides its origin. */
export interface RequestOptions {
  readonly method?: 'GET' | 'PATCH';
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly organizationId?: string;
  readonly grant?: Partial<OriginGrant>;
  readonly signal?: AbortSignal;
  readonly path?: string;
  readonly totalMs?: number;
  readonly idleMs?: number;
  readonly bodyBytes?: number;
}

/** A request of a task result to an origin that it may call. */
export function requestTo(origin: string, path: string, options: RequestOptions = {}) {
  const { totalMs = 5_000, idleMs = 5_000, bodyBytes = 2_000_000, body } = options;
  return {
    organizationId: options.organizationId ?? 'organization',
    purpose: { kind: 'terraform', origins: [grantFor(origin, options.grant)] },
    method: options.method ?? 'GET',
    url: urlOf(`${origin}${path}`),
    headers: options.headers ?? {},
    ...(body === undefined ? {} : { body }),
    limits: { totalMs, idleMs, bodyBytes },
    signal: options.signal ?? new AbortController().signal,
  } satisfies EgressRequest;
}

/** An origin, and nothing granted there unless said. */
export function grantFor(origin: string, grant: Partial<OriginGrant> = {}): OriginGrant {
  return { origin, privateRanges: [], caBundle: null, ...grant };
}

/** A URL on any port. */
export function urlOf(text: string): EgressUrl {
  const parsed = parseUrl(text, { development: true, ports: [Number(new URL(text).port)] });
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.url;
}

/** An egress in development, closed by `closeAll`. */
export function client(options: Partial<EgressOptions> = {}): Egress {
  const egress = createEgress({ development: true, grantableRanges: [], ownEndpoints: () => [], ...options });
  cleanups.push(() => egress.close());
  return egress;
}

/** Sends a request and reads its whole answer. */
export async function read(egress: Egress, origin: string, path: string, options: RequestOptions = {}) {
  const answer = await egress.request(requestTo(origin, path, options));
  return { status: answer.status, header: (name: string) => answer.header(name), text: await collect(answer.body) };
}

/** A body as text. */
export async function collect(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Sends a request that has to fail. */
export async function fail(egress: Egress, origin: string, options: RequestOptions = {}): Promise<EgressError> {
  return read(egress, origin, options.path ?? '/', options).then(
    () => {
      throw new Error('the request did not fail');
    },
    (error: unknown) => error as EgressError,
  );
}

/** A resolver that knows one address for every name. */
export const loopback: Resolve = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);

/** An HTTP server on loopback; its origin. */
export async function serve(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await open(createServer(listener))}`;
}

/** A TLS server on loopback, by the name that `host` says; its origin. Answers `tls`. */
export async function serveTls(certificate: TestCertificate, host: string): Promise<string> {
  const server = createTlsServer({ ...certificate }, (_request, response) => response.end('tls'));
  return `https://${host}:${await open(server)}`;
}

/** A server of bare connections on loopback; its origin. */
export async function serveTcp(onConnection: (socket: Socket) => void, scheme = 'http'): Promise<string> {
  return `${scheme}://127.0.0.1:${await open(createTcpServer(onConnection))}`;
}

/** Opens a server until `closeAll`; its port. */
export async function open(server: Server): Promise<number> {
  const listening = await listen(server);
  cleanups.push(() => listening.close());
  return listening.port;
}

/** Closes what was opened last. */
export async function closeLast(): Promise<void> {
  await cleanups.pop()?.();
}
