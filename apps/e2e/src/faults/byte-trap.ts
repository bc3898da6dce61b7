import { Latch } from './latch.js';

/** At which bytes a connection stops, and on which side of them. */
export interface TrapOptions {
  /** What the client's bytes must hold, such as the name of a prepared statement. */
  readonly text: string;
  /** `before`: the bytes do not reach the server. `after`: they do, and the answer does not come back. */
  readonly stop: 'before' | 'after';
  /** How long it waits for such bytes; a minute unless given. */
  readonly withinMs?: number;
}

/** A connection that stopped. */
export interface Trapped {
  /** Lets it go on. */
  release(): void;
}

/** One connection as its trap sees it; each call resolves when the bytes may go on. */
export interface WatchedConnection {
  fromClient(bytes: Buffer): Promise<void>;
  fromServer(): Promise<void>;
}

interface SetTrap extends TrapOptions {
  readonly caught: (trapped: Trapped) => void;
  readonly timer: NodeJS.Timeout;
}

interface Sprung {
  readonly stop: TrapOptions['stop'];
  readonly latch: Latch;
  isReleased: boolean;
}

/** Texts are shorter: what is kept of a piece, to see one that comes in two. */
const TAIL = 64;
const PATIENCE_MS = 60_000;

/** Stops one connection at bytes that hold a text. */
export class ByteTrap {
  #set: SetTrap | null = null;

  /** Resolves when a connection was caught. One trap at a time. @throws Error when none was in time */
  set(options: TrapOptions): Promise<Trapped> {
    return new Promise((caught, reject) => {
      const timer = setTimeout(() => {
        this.#set = null;
        reject(new Error(`nobody sent ${JSON.stringify(options.text)}`));
      }, options.withinMs ?? PATIENCE_MS);
      this.#set = { ...options, caught, timer };
    });
  }

  /** Watches a new connection. */
  watch(): WatchedConnection {
    let tail = '';
    let sprung: Sprung | null = null;
    return {
      fromClient: async (bytes) => {
        const text = tail + bytes.toString('latin1');
        tail = text.slice(-TAIL);
        if (sprung?.isReleased !== false) sprung = this.#spring(text);
        if (sprung?.stop === 'before') await sprung.latch.opened;
      },
      fromServer: async () => {
        await sprung?.latch.opened;
      },
    };
  }

  #spring(text: string): Sprung | null {
    const set = this.#set;
    if (set === null || !text.includes(set.text)) return null;
    this.#set = null;
    clearTimeout(set.timer);
    const sprung: Sprung = { stop: set.stop, latch: new Latch(), isReleased: false };
    set.caught({
      release: () => {
        sprung.isReleased = true;
        sprung.latch.open();
      },
    });
    return sprung;
  }
}
