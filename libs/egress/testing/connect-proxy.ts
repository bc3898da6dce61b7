import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import type { Proxy } from '../src/proxy.js';
import type { TestCertificate } from './certificate.js';
import { open } from './talk.js';

/** How a test's proxy behaves. */
export interface ConnectProxyOptions {
  /** `user:password` that it asks for. */
  readonly credentials?: string;
  /** Speaks TLS with it. */
  readonly certificate?: TestCertificate;
  /** Authorities (`host:port`) that it does not connect to, as it would a host that is down. */
  readonly down?: readonly string[];
}

/** A real CONNECT proxy on loopback, and what it was asked to connect to. */
export interface ConnectProxy extends Proxy {
  readonly asked: string[];
}

/** Opens a proxy until `closeAll`. It resolves every name to loopback: whoever relies on its resolver is found out. */
export async function connectProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const { credentials = null, certificate, down = [] } = options;
  const asked: string[] = [];
  const wanted = credentials === null ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
  const server = certificate === undefined ? createServer() : createTlsServer({ ...certificate });
  server.on('connect', (request, socket: Socket, head: Buffer) => {
    const authority = request.url ?? '';
    asked.push(authority);
    socket.on('error', () => undefined);
    if (request.headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    } else if (down.includes(authority)) {
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    } else tunnel(socket, { port: Number(authority.split(':').at(-1)), head });
  });
  const port = await open(server);
  return { host: '127.0.0.1', port, tls: certificate !== undefined, credentials, exempt: [], asked };
}

function tunnel(client: Socket, { port, head }: { readonly port: number; readonly head: Buffer }): void {
  const outside = connect(port, '127.0.0.1', () => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    outside.write(head);
    client.pipe(outside).pipe(client);
  });
  outside.on('error', () => client.destroy());
  client.on('close', () => outside.destroy());
}
