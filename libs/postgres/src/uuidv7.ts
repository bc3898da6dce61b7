import { randomBytes } from 'node:crypto';
import type { Clock, Ids } from '@rungate/run-task';

/** UUIDv7 (RFC 9562 §5.7, method 1): milliseconds, a 12-bit counter, 62 random bits; rising within a process. */
export class UuidV7 implements Ids {
  #ms = 0;
  #counter = 0;

  constructor(private readonly clock: Clock) {}

  next(): string {
    const now = this.clock.now().getTime();
    if (now > this.#ms) {
      this.#ms = now;
      this.#counter = 0;
    } else if (++this.#counter > 0xfff) {
      // Borrow the next millisecond rather than repeat one.
      this.#ms++;
      this.#counter = 0;
    }
    return format(this.#ms, this.#counter);
  }
}

function format(ms: number, counter: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(ms, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
