import type { IncomingMessage } from 'node:http';
import type { Sender } from './budgets.js';

/** Largest body of a run task request, bytes. */
export const BODY_LIMIT = 1024 * 1024;
/** Bytes of bodies in memory at once. */
const IN_ALL = 64 * 1024 * 1024;
/** … of senders who have proved nothing yet, together, and each. */
const OF_STRANGERS = 32 * 1024 * 1024;
const OF_ONE_STRANGER = 8 * 1024 * 1024;

/** Why a body was not read to its end. */
export class UnreadBody extends Error {
  constructor(readonly why: 'too_large' | 'no_room' | 'broken_off') {
    super(`The body was not read: ${why}.`);
    this.name = 'UnreadBody';
  }
}

/** A body in memory, until it is released. */
export interface HeldBody {
  readonly bytes: Buffer;
  release(): void;
}

/** Reads bodies, and counts what is held of them: bytes that came, since a length can be claimed at no cost. */
export class Bodies {
  #held = 0;
  #ofStrangers = 0;
  readonly #byStranger = new Map<string, number>();

  /** Bytes that are held now. */
  get held(): number {
    return this.#held;
  }

  /** Whether another byte of this sender may be held. */
  hasRoom({ address }: Sender, isProven: boolean): boolean {
    if (isProven) return this.#held < IN_ALL;
    return (
      this.#held < IN_ALL && this.#ofStrangers < OF_STRANGERS && (this.#byStranger.get(address) ?? 0) < OF_ONE_STRANGER
    );
  }

  /** Reads a body to its end. @throws UnreadBody */
  read(stream: IncomingMessage, sender: Sender, isProven: boolean): Promise<HeldBody> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      let isSettled = false;
      const add = (bytes: number): void => {
        this.#add(sender, isProven, bytes);
      };
      const fail = (why: UnreadBody['why']): void => {
        if (isSettled) return;
        isSettled = true;
        add(-size);
        reject(new UnreadBody(why));
      };
      stream.on('data', (chunk: Buffer) => {
        if (isSettled) return;
        size += chunk.length;
        add(chunk.length);
        chunks.push(chunk);
        if (size > BODY_LIMIT) fail('too_large');
        else if (!this.hasRoom(sender, isProven)) fail('no_room');
      });
      stream.once('end', () => {
        if (isSettled) return;
        isSettled = true;
        resolve({
          bytes: Buffer.concat(chunks),
          release: once(() => {
            add(-size);
          }),
        });
      });
      stream.once('error', () => {
        fail('broken_off');
      });
      stream.once('close', () => {
        fail('broken_off');
      });
    });
  }

  #add({ address }: Sender, isProven: boolean, bytes: number): void {
    this.#held += bytes;
    if (isProven) return;
    this.#ofStrangers += bytes;
    const held = (this.#byStranger.get(address) ?? 0) + bytes;
    if (held > 0) this.#byStranger.set(address, held);
    else this.#byStranger.delete(address);
  }
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}
