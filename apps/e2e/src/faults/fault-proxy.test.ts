import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanUp, onCleanup } from '../harness/cleanup.js';
import { until } from '../harness/until.js';
import { FaultProxy } from './fault-proxy.js';

const PATIENCE_MS = 10_000;
/** Long enough for bytes to arrive on loopback that are not held. */
const A_WHILE_MS = 150;

let heard = '';

afterEach(cleanUp);

/** A proxy in front of a server that answers every piece with itself. */
async function startEcho(): Promise<FaultProxy> {
  heard = '';
  const server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .on('data', (bytes) => {
        heard += bytes.toString();
        socket.write(bytes);
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onCleanup(() => void server.close());
  const address = server.address();
  return FaultProxy.start(typeof address === 'object' && address !== null ? address.port : 0);
}

interface Client {
  readonly socket: Socket;
  /** Everything that was answered. */
  readonly said: () => string;
}

async function connectTo(proxy: FaultProxy): Promise<Client> {
  const socket = connect(proxy.port, '127.0.0.1').on('error', () => undefined);
  let said = '';
  socket.on('data', (bytes) => (said += bytes.toString()));
  onCleanup(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  return { socket, said: () => said };
}

/** Also after an error, unlike `once`. */
function closing({ socket }: Client): Promise<unknown> {
  return new Promise((resolve) => socket.once('close', resolve));
}

async function expectAnswer({ socket, said }: Client, text: string): Promise<void> {
  socket.write(text);
  await until('the answer', PATIENCE_MS, () => (said().endsWith(text) ? true : null));
}

it('forwards both ways, and passes on that a client ended', async () => {
  const client = await connectTo(await startEcho());
  await expectAnswer(client, 'ping');
  const closed = closing(client);
  client.socket.end();
  await closed;
});

it('refuses connections and ends those that are open, then serves again at the same port', async () => {
  const proxy = await startEcho();
  const client = await connectTo(proxy);
  await expectAnswer(client, 'ping');
  const closed = closing(client);
  await proxy.become({ kind: 'refuse' });
  await closed;
  await expect(connectTo(proxy)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await proxy.become({ kind: 'forward' });
  await expectAnswer(await connectTo(proxy), 'ping');
});

it('cuts open connections and serves new ones', async () => {
  const proxy = await startEcho();
  const client = await connectTo(proxy);
  await expectAnswer(client, 'ping');
  const closed = closing(client);
  proxy.cut();
  await closed;
  await expectAnswer(await connectTo(proxy), 'ping');
});

it('accepts and never answers, and what was held arrives afterwards', async () => {
  const proxy = await startEcho();
  await proxy.become({ kind: 'silent' });
  const client = await connectTo(proxy);
  client.socket.write('ping');
  await sleep(A_WHILE_MS);
  expect([heard, client.said()]).toEqual(['', '']);
  await proxy.become({ kind: 'forward' });
  await until('the answer', PATIENCE_MS, () => (client.said() === 'ping' ? true : null));
});

it('holds one direction alone', async () => {
  const proxy = await startEcho();
  const client = await connectTo(proxy);
  await proxy.become({ kind: 'one_way', held: 'to_client' });
  client.socket.write('ping');
  await until('the server to hear it', PATIENCE_MS, () => (heard === 'ping' ? true : null));
  await sleep(A_WHILE_MS);
  expect(client.said()).toBe('');
});

it.each([
  { kind: 'delay', ms: 100 },
  { kind: 'throttle', bytesPerSecond: 40 },
] as const)('takes its time: $kind', async (condition) => {
  const proxy = await startEcho();
  const client = await connectTo(proxy);
  await proxy.become(condition);
  const startedAt = performance.now();
  await expectAnswer(client, 'ping');
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(190);
});

it('stops one connection before bytes that hold a text, and the others go on', async () => {
  const proxy = await startEcho();
  const [client, other] = [await connectTo(proxy), await connectTo(proxy)];
  const trapping = proxy.trap({ text: 'commit', stop: 'before' });
  client.socket.write('com');
  await until('the first piece', PATIENCE_MS, () => (heard === 'com' ? true : null));
  client.socket.write('mit');
  const trapped = await trapping;
  await expectAnswer(other, 'commit');
  expect(client.said()).toBe('com');
  expect(heard).toBe('comcommit');
  trapped.release();
  await until('the answer', PATIENCE_MS, () => (client.said() === 'commit' ? true : null));
  const again = proxy.trap({ text: 'commit', stop: 'before' });
  client.socket.write('commit');
  await again;
});

it('stops one connection after bytes that hold a text: the server has them, the answer does not come', async () => {
  const proxy = await startEcho();
  const client = await connectTo(proxy);
  const trapping = proxy.trap({ text: 'commit', stop: 'after' });
  client.socket.write('commit');
  await trapping;
  await until('the server to hear it', PATIENCE_MS, () => (heard === 'commit' ? true : null));
  await sleep(A_WHILE_MS);
  expect(client.said()).toBe('');
});
