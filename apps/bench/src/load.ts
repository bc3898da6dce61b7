import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Requests to send over kept connections, each as soon as the one before it on its connection was answered. */
export interface Load {
  readonly origin: string;
  readonly connections: number;
  /** The address of this machine that they come from; any when absent. */
  readonly from?: string;
  /** The next request, whole, as bytes of HTTP/1.1; null when there are no more. */
  readonly next: () => Buffer | null;
}

/** What came of a load. */
export interface Loaded {
  /** Milliseconds from the last byte sent to the first byte of the answer, in the order of the answers. */
  readonly latenciesMs: readonly number[];
  /** Answers by status. */
  readonly statuses: ReadonlyMap<number, number>;
  readonly tookMs: number;
}

/** Sends a load and waits for every answer. A client library would cost more than what is measured. */
export async function sendLoad({ origin, connections, from, next }: Load): Promise<Loaded> {
  const { hostname, port } = new URL(origin);
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(hostname, Number(port), from)));
  const latenciesMs: number[] = [];
  const statuses = new Map<number, number>();
  const startedAt = performance.now();
  await Promise.all(
    sockets.map((socket) =>
      drive(socket, next, (status, ms) => {
        latenciesMs.push(ms);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }),
    ),
  );
  return { latenciesMs, statuses, tookMs: performance.now() - startedAt };
}

/** A POST with everything that an answer needs, as bytes. */
export function postRequest(path: string, headers: Readonly<Record<string, string>>, body: Buffer): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join('')}content-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

async function open(host: string, port: number, localAddress?: string): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true, localAddress });
  await once(socket, 'connect');
  return socket;
}

function drive(socket: Socket, next: Load['next'], answered: (status: number, ms: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentAt = 0;
    let rest = '';
    const send = (): void => {
      const request = next();
      if (request === null) {
        socket.end();
        resolve();
        return;
      }
      sentAt = performance.now();
      socket.write(request);
    };
    socket.on('data', (chunk: Buffer) => {
      rest += chunk.toString('latin1');
      const answer = wholeAnswer(rest);
      if (answer === null) return;
      rest = rest.slice(answer.length);
      answered(answer.status, performance.now() - sentAt);
      send();
    });
    socket.once('error', reject);
    socket.once('close', () => {
      reject(new Error('The server closed a connection that was in use.'));
    });
    send();
  });
}

/** Our servers say the length of what they send. */
function wholeAnswer(text: string): { readonly status: number; readonly length: number } | null {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const length = headEnd + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, headEnd))?.[1] ?? 0);
  return text.length < length ? null : { status: Number(text.slice(9, 12)), length };
}
