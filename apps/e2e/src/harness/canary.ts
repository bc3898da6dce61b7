import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { onCleanup } from './cleanup.js';

/** A listener that nobody may reach. */
export interface Canary {
  readonly port: number;
  /** The address that each connection came to with the first bytes it brought, oldest first. */
  seen(): readonly string[];
}

/** Listens at one port of every address of this machine, IPv4 and IPv6, until the test file ends; answers nobody. */
export async function startCanary(): Promise<Canary> {
  const connections: { readonly address: string; said: string }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const connection = { address: socket.localAddress ?? 'unknown', said: '' };
    connections.push(connection);
    sockets.add(
      socket.on('error', () => undefined).on('data', (bytes) => (connection.said += bytes.toString('latin1'))),
    );
  });
  server.listen({ host: '::', port: 0, ipv6Only: false });
  await once(server, 'listening');
  onCleanup(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, seen: () => connections.map(({ address: to, said }) => `${to} ${said.slice(0, 200)}`) };
}
