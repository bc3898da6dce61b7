import { writeFileSync } from 'node:fs';
import { createServer, type ListenOptions, type Server } from 'node:net';
import path from 'node:path';

/** Where a child that breaks out arrives. */
export interface Targets {
  readonly canary: string;
  readonly port: number;
  readonly socket: string;
  readonly abstract: string;
  close(): void;
}

/** Plants a file below `root` and listens on three kinds of sockets, none of which a child may reach. */
export async function openTargets(root: string): Promise<Targets> {
  const canary = path.join(root, 'canary');
  writeFileSync(canary, 'canary', { mode: 0o600 });
  const socket = path.join(root, 'socket');
  const abstract = `${path.basename(root)}-probe`;
  const [tcp, ...others] = await Promise.all([
    listen({ host: '127.0.0.1', port: 0 }),
    listen({ path: socket }),
    process.platform === 'linux' ? listen({ path: `\0${abstract}` }) : null,
  ]);
  const address = tcp?.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = (): void => {
    for (const server of [tcp, ...others]) server?.close();
  };
  return { canary, port, socket, abstract, close };
}

/** Null where it cannot be: without a network, or below a directory with a long name. Then nobody can reach it either. */
function listen(options: ListenOptions): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer((connection) => {
      connection.on('error', () => undefined);
      connection.destroy();
    });
    server.once('error', () => {
      resolve(null);
    });
    server.listen(options, () => {
      resolve(server);
    });
  });
}
