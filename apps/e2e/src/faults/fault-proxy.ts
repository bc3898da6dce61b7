import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onCleanup } from '../harness/cleanup.js';
import { ByteTrap, type Trapped, type TrapOptions } from './byte-trap.js';
import { Latch } from './latch.js';

/** Which way bytes go: from the client to the server, or back. */
export type Direction = 'to_server' | 'to_client';

/**
 * What a proxy does with the bytes that pass. Bytes that are held are not lost: they arrive once it forwards again, as a
 * network would send them again.
 */
export type Condition =
  | { readonly kind: 'forward' }
  /** Nobody listens, and no connection is left. */
  | { readonly kind: 'refuse' }
  /** Connections are taken, and nothing is ever answered. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'one_way'; readonly held: Direction }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number };

/** A TCP proxy on loopback whose port stays the same whatever it does. */
export class FaultProxy {
  readonly #sockets = new Set<Socket>();
  readonly #trap = new ByteTrap();
  #condition: Condition = { kind: 'forward' };
  #changed = new Latch();
  #server: Server | null = null;
  #port = 0;
  /** Where it leads; may change while it runs, as the port of a server that started anew. */
  targetPort: number;
  /** Sees what clients send, as it arrives. */
  onClientBytes: (bytes: Buffer) => void = () => undefined;

  private constructor(targetPort: number) {
    this.targetPort = targetPort;
  }

  /** Listens until the clean-up. */
  static async start(targetPort: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(targetPort);
    await proxy.#listen();
    onCleanup(() => proxy.#close());
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** Changes what happens to every connection, open ones too. */
  async become(condition: Condition): Promise<void> {
    this.#condition = condition;
    const changed = this.#changed;
    this.#changed = new Latch();
    changed.open();
    if (condition.kind === 'refuse') await this.#close();
    else if (this.#server === null) await this.#listen();
  }

  /** Resets every open connection; new ones are served. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Stops one connection at the next bytes of a client that hold a text. */
  trap(options: TrapOptions): Promise<Trapped> {
    return this.#trap.set(options);
  }

  async #listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (near) => {
      this.#serve(near);
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
    this.#server = server;
  }

  async #close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    const closed = once(server, 'close');
    server.close();
    this.cut();
    await closed;
  }

  #serve(near: Socket): void {
    const far = connect({ port: this.targetPort, host: '127.0.0.1', allowHalfOpen: true });
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    const trap = this.#trap.watch();
    void this.#pump(near, far, async (bytes) => {
      this.onClientBytes(bytes);
      await trap.fromClient(bytes);
      await this.#pass('to_server', bytes);
    });
    void this.#pump(far, near, async (bytes) => {
      await trap.fromServer();
      await this.#pass('to_client', bytes);
    });
  }

  async #pump(from: Socket, to: Socket, pass: (bytes: Buffer) => Promise<void>): Promise<void> {
    try {
      for await (const bytes of from) {
        if (!Buffer.isBuffer(bytes)) continue;
        await pass(bytes);
        if (to.destroyed) return;
        if (!to.write(bytes)) await once(to, 'drain');
      }
      to.end();
    } catch {
      // One side went away, and its end took the other with it.
    }
  }

  /** Resolves when bytes may go on. */
  async #pass(direction: Direction, bytes: Buffer): Promise<void> {
    while (this.#holds(direction)) await this.#changed.opened;
    const condition = this.#condition;
    if (condition.kind === 'delay') await sleep(condition.ms);
    if (condition.kind === 'throttle') await sleep((bytes.byteLength / condition.bytesPerSecond) * 1_000);
  }

  #holds(direction: Direction): boolean {
    const { kind } = this.#condition;
    return kind === 'silent' || (this.#condition.kind === 'one_way' && this.#condition.held === direction);
  }
}
