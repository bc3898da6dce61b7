import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { SimulatorError } from './errors.js';
import { isLoopback } from './hook-client.js';

/** Where and how to listen. */
export interface ListenOptions {
  /** A loopback address; `127.0.0.1`. */
  readonly host?: string | undefined;
  /** 0: any free one. */
  readonly port?: number | undefined;
  /** Serves https with this certificate and key, PEM, for tests of trust. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

/** A listening server. */
export interface Listener {
  readonly origin: string;
  /** Cuts every connection. */
  close(): Promise<void>;
}

/**
 * Listens on loopback, and nowhere else.
 * @throws SimulatorError `not_loopback`
 */
export async function listen(
  { host = '127.0.0.1', port = 0, tls }: ListenOptions,
  onRequest: RequestListener,
): Promise<Listener> {
  if (!isLoopback(host)) throw new SimulatorError('not_loopback', `The simulator does not listen on ${host}.`);
  const server =
    tls === undefined ? createServer(onRequest) : createTlsServer({ cert: tls.cert, key: tls.key }, onRequest);
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address');
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
