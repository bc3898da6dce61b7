import { request as overPlain, type ClientRequest, type RequestOptions } from 'node:http';
import { request as overTls } from 'node:https';
import { isIPv6, type Socket } from 'node:net';
import { EgressError } from './errors.js';
import type { Proxy } from './proxy.js';

/** Where a proxy is asked to connect to. */
export interface TunnelTarget {
  /** Addresses that were judged, tried in their order; or one name that only the proxy can resolve. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** The host as errors name it. */
  readonly named: string;
}

/** How to reach the proxy itself. */
export interface TunnelOptions {
  readonly proxy: Proxy;
  /** PEM certificates for a proxy that speaks TLS; those of Node when there are none. */
  readonly authorities: readonly string[];
  /** For all tries together. */
  readonly signal: AbortSignal;
}

const MAX_HEADER_BYTES = 16_384;
const LOGIN_WANTED = 407;

/**
 * Asks the proxy for a connection (CONNECT, RFC 9110 section 9.3.6), to one address after the other.
 * @throws EgressError `refused` or `timeout`; nothing of a request was sent.
 */
export async function openTunnel({ hosts, port, named }: TunnelTarget, options: TunnelOptions): Promise<Socket> {
  let failure = new EgressError('dns', `the name ${named} has no address`);
  for (const host of hosts) {
    const opened = await tryTunnel(`${isIPv6(host) ? `[${host}]` : host}:${port}`, named, options);
    if (!(opened instanceof EgressError)) return opened;
    failure = opened;
    if (options.signal.aborted) break;
  }
  throw failure;
}

function tryTunnel(authority: string, named: string, options: TunnelOptions): Promise<Socket | EgressError> {
  const { proxy, signal } = options;
  const via = `the proxy ${proxy.host}:${proxy.port} (HTTPS_PROXY)`;
  return new Promise((resolve) => {
    const connecting = ask(authority, options);
    connecting.on('connect', (response, socket, head) => {
      const { statusCode: status = 0 } = response;
      if (status >= 200 && status < 300) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
        return;
      }
      socket.destroy();
      const what = status === LOGIN_WANTED ? 'wants another login' : `does not connect to ${named}`;
      resolve(new EgressError('refused', `${via} ${what} (HTTP ${status})`));
    });
    connecting.on('error', (error) => {
      const code = signal.aborted ? 'timeout' : 'refused';
      const what = signal.aborted ? `did not connect to ${named} in time` : 'cannot be reached';
      resolve(new EgressError(code, `${via} ${what}`, { cause: error }));
    });
    connecting.end();
  });
}

function ask(authority: string, { proxy, authorities, signal }: TunnelOptions): ClientRequest {
  const login = proxy.credentials === null ? null : Buffer.from(proxy.credentials).toString('base64');
  const options: RequestOptions = {
    host: proxy.host,
    port: proxy.port,
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...(login === null ? {} : { 'proxy-authorization': `Basic ${login}` }) },
    agent: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    signal,
  };
  if (!proxy.tls) return overPlain(options);
  return overTls({ ...options, ...(authorities.length === 0 ? {} : { ca: [...authorities] }) });
}
