import { isAscii, isUtf8 } from 'node:buffer';
import { readSync } from 'node:fs';
import { BYTE, CLASS, NOTHING, OPENS, QUOTE, isScalar, isSpace, stringEnd } from './json-bytes.js';
import { PlanError, type PlanErrorCode } from './plan-error.js';

// An imported name is a call in the compiled code: too much for a loop over every byte.
const classes = CLASS;
const nothing = NOTHING;
const quote = QUOTE;
const opening = OPENS;
const endOfString = stringEnd;

/** Bounds of what a scanner accepts, bytes unless named otherwise. */
export interface ScannerLimits {
  /** Nesting, levels, also in what is passed over. */
  readonly depth: number;
  /** One value that is handed out. */
  readonly valueBytes: number;
  /** The whole file. */
  readonly fileBytes: number;
  /** Read at once: small enough to stay in the cache. */
  readonly chunkBytes: number;
}

/** Limits of a plan: nesting, bytes of one value, of the file, and read at once. */
export const SCANNER_LIMITS: ScannerLimits = {
  depth: 256,
  valueBytes: 32 * 2 ** 20,
  fileBytes: 512 * 2 ** 20,
  chunkBytes: 2 ** 18,
};

/**
 * A cursor over the bytes of a JSON file of any size. It finds where values end and holds only the bytes of the value
 * that is being taken; whoever wants the value gets it through `JSON.parse`. All bytes of JSON's structure are ASCII and
 * never part of a longer UTF-8 sequence, so the borders of chunks and characters need no care.
 */
export class JsonScanner {
  private buffer: Buffer;
  private position = 0;
  private end = 0;
  /** Start of the bytes that must survive a refill; -1 when there are none. */
  private kept = -1;
  /** Offset of `buffer[0]` in the file. */
  private base = 0;
  private readonly open: Uint8Array;

  constructor(
    private readonly fd: number,
    readonly limits: ScannerLimits = SCANNER_LIMITS,
  ) {
    this.buffer = Buffer.allocUnsafe(limits.chunkBytes * 2);
    this.open = new Uint8Array(limits.depth + 1);
  }

  /** Passes a byte order mark, when there is one. @throws PlanError `empty` for a file without content. */
  start(): void {
    while (this.end < 3 && this.fill());
    if (this.buffer.subarray(0, this.end).indexOf('\uFEFF') === 0) this.position = 3;
    while (!this.passSpace()) if (!this.fill()) throw new PlanError('empty', 'The plan is empty.');
  }

  /** The next byte that is not white space. */
  peek(): number {
    while (!this.passSpace()) this.more();
    return this.buffer[this.position] ?? 0;
  }

  /** Passes the next byte that is not white space, and returns it. */
  next(): number {
    const byte = this.peek();
    this.position++;
    return byte;
  }

  /** Passes `byte`. @throws PlanError `syntax` when another one comes. */
  expect(byte: number): void {
    if (this.next() !== byte) this.fail('syntax', `is not valid JSON`, this.position - 1);
  }

  /** The next value, parsed. @param depth levels that are open around it. */
  takeValue(depth: number): unknown {
    const at = this.base + this.position;
    return this.parse(this.takeBytes(depth), at);
  }

  /** The bytes of the next value, valid UTF-8 but not parsed; they change with the next call. */
  takeBytes(depth: number): Buffer {
    this.peek();
    this.kept = this.position;
    this.passValue(depth);
    const bytes = this.buffer.subarray(this.kept, this.position);
    const at = this.kept;
    this.kept = -1;
    if (bytes.length > this.limits.valueBytes) this.failTooLarge(at);
    // toString would put U+FFFD in silently.
    if (!isUtf8(bytes)) this.fail('encoding', 'is not valid UTF-8', at);
    return bytes;
  }

  /** Parses bytes that were taken at offset `at` of the file. */
  parse(bytes: Buffer, at = this.base + this.position): unknown {
    try {
      return JSON.parse(bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8'));
    } catch (cause) {
      throw new PlanError('syntax', `The plan is not valid JSON at byte ${at}.`, { cause });
    }
  }

  /** Passes the next value without decoding it, strings, brackets and depth checked; offsets of where it stands. */
  spanOfValue(depth: number): { readonly from: number; readonly to: number } {
    this.peek();
    const from = this.base + this.position;
    this.passValue(depth);
    return { from, to: this.base + this.position };
  }

  /** Passes the name of a member and its colon, and returns the name as JSON means it, escapes resolved. */
  takeName(depth: number): string {
    if (this.peek() !== BYTE.quote) this.fail('syntax', 'is not valid JSON');
    const name = this.takeValue(depth);
    this.expect(BYTE.colon);
    return String(name);
  }

  /** Passes a comma or `close`; whether another value follows. */
  another(close: number): boolean {
    const byte = this.next();
    if (byte !== close && byte !== BYTE.comma) this.fail('syntax', 'is not valid JSON', this.position - 1);
    return byte === BYTE.comma;
  }

  /** Passes an opening bracket; whether what it opens holds anything. When it does not, the closing one is passed too. */
  enter(close: number): boolean {
    this.next();
    if (this.peek() !== close) return true;
    this.position++;
    return false;
  }

  /** The rest must be white space. */
  finish(): void {
    do {
      if (this.passSpace()) this.fail('syntax', 'has text after its end');
    } while (this.fill());
  }

  private passValue(depth: number): void {
    const kind = classes[byteAt(this.buffer, this.position)];
    if (kind === quote) this.passString();
    else if (kind === opening) this.passContainer(depth);
    else this.passScalar();
  }

  private passString(): void {
    this.position++;
    for (;;) {
      while (this.position < this.end) {
        const byte = this.buffer[this.position++];
        if (byte === BYTE.quote) return;
        if (byte === BYTE.backslash) {
          if (this.position >= this.end) this.more();
          this.position++;
        }
      }
      this.more();
    }
  }

  private passScalar(): void {
    const start = this.base + this.position;
    for (;;) {
      while (this.position < this.end) {
        if (!isScalar(this.buffer[this.position] ?? 0)) {
          if (this.base + this.position === start) this.fail('syntax', 'is not valid JSON');
          return;
        }
        this.position++;
      }
      this.more();
    }
  }

  /** The hot loop: state in locals, nothing imported, one look-up per byte. `outer` levels are open around the value. */
  private passContainer(outer: number): void {
    const { open } = this;
    const most = this.limits.depth;
    let depth = outer;
    let { buffer, end, position } = this;
    for (;;) {
      while (position < end) {
        const byte = byteAt(buffer, position++);
        const kind = classes[byte];
        if (kind === nothing) continue;
        if (kind === quote) {
          const start = position - 1;
          position = endOfString(buffer, position, end);
          if (position >= 0) continue;
          this.position = start;
          this.passString();
          ({ buffer, end, position } = this);
        } else {
          // The codes of { and }, and of [ and ], differ by 2.
          if (kind === opening) open[depth++] = byte;
          else if (open[--depth] !== byte - 2) this.fail('syntax', 'has brackets that do not match', position - 1);
          if (depth === outer || depth > most) {
            this.leave(depth, position);
            return;
          }
        }
      }
      this.position = position;
      this.more();
      ({ buffer, end, position } = this);
    }
  }

  private leave(depth: number, position: number): void {
    if (depth > this.limits.depth) this.fail('too_deep', `is nested deeper than ${this.limits.depth} levels`, position);
    this.position = position;
  }

  /** Moves to the next byte that is not white space; false when the buffer holds none. */
  private passSpace(): boolean {
    while (this.position < this.end) {
      if (!isSpace(this.buffer[this.position] ?? 0)) return true;
      this.position++;
    }
    return false;
  }

  private more(): void {
    if (!this.fill()) throw new PlanError('truncated', 'The plan ends too early: it was cut off on its way here.');
  }

  /** Reads on. What is kept, or lies ahead, moves to the front. False at the end of the file. */
  private fill(): boolean {
    const from = this.kept < 0 ? this.position : this.kept;
    const live = this.end - from;
    if (live > this.limits.valueBytes) this.failTooLarge(from);
    this.makeRoom(from, live);
    this.base += from;
    this.position -= from;
    this.end = live;
    if (this.kept > 0) this.kept = 0;
    const count = readSync(this.fd, this.buffer, this.end, this.limits.chunkBytes, null);
    this.end += count;
    if (this.base + this.end > this.limits.fileBytes) {
      throw new PlanError('plan_too_large', `The plan is larger than ${mebibytes(this.limits.fileBytes)}.`);
    }
    return count > 0;
  }

  private makeRoom(from: number, live: number): void {
    if (this.buffer.length - live >= this.limits.chunkBytes) {
      if (from > 0) this.buffer.copyWithin(0, from, this.end);
      return;
    }
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, live + this.limits.chunkBytes));
    this.buffer.copy(larger, 0, from, this.end);
    this.buffer = larger;
  }

  private failTooLarge(at: number): never {
    return this.fail('value_too_large', `holds one value that is larger than ${mebibytes(this.limits.valueBytes)}`, at);
  }

  private fail(code: PlanErrorCode, what: string, at = this.position): never {
    throw new PlanError(code, `The plan ${what} at byte ${this.base + at}.`);
  }
}

function byteAt(buffer: Buffer, at: number): number {
  return buffer[at] ?? 0;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}
