import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { onCleanup } from './cleanup.js';

/** A request as it arrived, read to its end. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What a server of a test answers. */
export interface LoopbackAnswer {
  readonly status: number;
  readonly body: string | Uint8Array;
  /** JSON unless given. */
  readonly type?: string;
}

/** A server of the test's own. */
export interface LoopbackServer {
  readonly origin: string;
  /** Everything that was asked, oldest first. */
  readonly requests: readonly Arrived[];
}

/** Serves on loopback until the test file ends. */
export async function startLoopbackServer(
  answerTo: (arrived: Arrived) => LoopbackAnswer | Promise<LoopbackAnswer>,
): Promise<LoopbackServer> {
  const requests: Arrived[] = [];
  const server = createServer((request, response) => {
    void handle(request, response, async (arrived) => {
      requests.push(arrived);
      return answerTo(arrived);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onCleanup(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { origin: `http://127.0.0.1:${port}`, requests };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  answerTo: (arrived: Arrived) => Promise<LoopbackAnswer>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const { method = '', url = '', headers } = request;
  const {
    status,
    body,
    type = 'application/json',
  } = await answerTo({ method, path: url, headers, body: Buffer.concat(chunks) });
  response.writeHead(status, { 'content-type': type }).end(body);
}
