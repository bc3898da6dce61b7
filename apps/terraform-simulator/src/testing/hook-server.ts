import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';

/** One request that the hook got. */
export interface ReceivedRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawBody: Buffer;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A hook of the tests' own: answers what it is told and keeps what it got. */
export interface HookServer {
  readonly url: string;
  readonly received: readonly ReceivedRequest[];
  /** The newest request. */
  last(): ReceivedRequest;
  close(): Promise<void>;
}

/**
 * Starts a hook on loopback.
 * @param statuses what to answer, one for each request; then 200. 0 cuts the connection.
 */
export async function startHookServer(statuses: readonly number[] = []): Promise<HookServer> {
  const left = [...statuses];
  const received: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const rawBody = Buffer.concat(chunks);
      const { method = '', headers } = request;
      received.push({ method, headers, rawBody, body: readObject(rawBody) });
      const status = left.shift() ?? 200;
      if (status === 0) response.destroy();
      else response.writeHead(status).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address');
  return {
    url: `http://127.0.0.1:${address.port}/hooks/test`,
    received,
    last() {
      const newest = received.at(-1);
      if (newest === undefined) throw new Error('the hook got no request');
      return newest;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function readObject(rawBody: Buffer): Record<string, unknown> {
  const value: unknown = JSON.parse(rawBody.toString());
  if (typeof value !== 'object' || value === null) throw new Error('a request body is an object');
  return Object.fromEntries(Object.entries(value));
}
