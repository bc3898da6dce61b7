import type { SimulatorClock } from './clock.js';
import type { Run } from './run.js';

/** Something to download behind a temporary URL. */
export interface ArchivedObject {
  readonly run: Run;
  readonly content: Uint8Array;
  readonly contentType: string;
  /** Milliseconds since the epoch. */
  readonly validUntil: number;
}

/** What can be downloaded by whoever knows the secret in its URL, until that has run out. */
export class Archive {
  readonly #objects = new Map<string, ArchivedObject>();

  constructor(private readonly clock: SimulatorClock) {}

  add(secret: string, object: ArchivedObject): void {
    for (const [old, { validUntil }] of this.#objects) {
      // In order of insertion, which is the order of running out.
      if (validUntil >= this.clock.now()) break;
      this.#objects.delete(old);
    }
    this.#objects.set(secret, object);
  }

  /** Null when there never was such a URL, or its time is over. */
  find(secret: string): ArchivedObject | null {
    const object = this.#objects.get(secret);
    return object === undefined || object.validUntil < this.clock.now() ? null : object;
  }
}
