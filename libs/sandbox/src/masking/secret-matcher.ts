import { MASK } from '@rungate/checks';

/** Shorter strings are masked only where they are marked: elsewhere they would be words. */
export const MIN_SECRET_LENGTH = 8;

/** Bytes of a secret that the search looks for; every secret has as many. */
const WINDOW = MIN_SECRET_LENGTH;
/** Bytes that are looked up at once. */
const BLOCK = 4;
const MAX_SHIFT = WINDOW - BLOCK + 1;
/** Sizes of the tables, powers of two: about eight entries for each block of a secret, as far as caches reach. */
const BITS = { least: 12, most: 20 } as const;

/** Secrets that begin with the same bytes, as Latin-1 texts of their UTF-8; mostly one, and a plan has very many. */
type Bucket = string | Crowd;

interface Crowd {
  readonly secrets: Set<string>;
  /** Lengths of the secrets, longest first. */
  lengths: number[];
}

/**
 * Finds any of many strings in text, wherever it stands. Wu and Manber's search: a table says for each four bytes how
 * far one may skip, so few secrets cost a fraction of a look-up per byte, and many never more than about one. A second
 * table of whole windows keeps most of what the first lets through from the costly comparison.
 */
export class SecretMatcher {
  private readonly drop: number;
  private readonly shifts: Uint8Array;
  private readonly windows: Uint8Array;
  private readonly buckets = new Map<string, Bucket>();

  constructor(secrets: Iterable<string>) {
    const known = [...secrets].filter((secret) => secret.length >= MIN_SECRET_LENGTH && secret !== MASK);
    const bits = Math.ceil(Math.log2(known.length * MAX_SHIFT * 8 + 1));
    const size = Math.min(BITS.most, Math.max(BITS.least, bits));
    this.drop = 32 - size;
    this.shifts = new Uint8Array(2 ** size).fill(MAX_SHIFT);
    this.windows = new Uint8Array(2 ** size);
    for (const secret of known) this.add(secret);
    for (const bucket of this.buckets.values()) {
      if (typeof bucket === 'string') continue;
      bucket.lengths = [...new Set([...bucket.secrets].map(({ length }) => length))].sort((a, b) => b - a);
    }
  }

  get isEmpty(): boolean {
    return this.buckets.size === 0;
  }

  /** Whether UTF-8 text may hold a secret as it stands, escapes not resolved; false is certain. */
  mayHold(bytes: Buffer): boolean {
    return this.findWindow(bytes, 0) >= 0;
  }

  /** The text with the mask in place of every secret; the same string when there is none. */
  mask(text: string): string {
    if (text.length < MIN_SECRET_LENGTH || this.isEmpty) return text;
    const bytes = Buffer.from(text);
    const parts: string[] = [];
    let from = 0;
    let at = this.findWindow(bytes, 0);
    while (at >= 0) {
      const length = this.longestAt(bytes, at);
      if (length > 0) parts.push(bytes.toString('utf8', from, at), MASK);
      if (length > 0) from = at + length;
      at = this.findWindow(bytes, length > 0 ? from : at + 1);
    }
    return parts.length === 0 ? text : parts.join('') + bytes.toString('utf8', from);
  }

  private add(secret: string): void {
    const bytes = Buffer.from(secret);
    this.put(bytes.toString('latin1', 0, WINDOW), bytes.length === secret.length ? secret : bytes.toString('latin1'));
    this.windows[windowHash(bytes, 0) >>> this.drop] = 1;
    for (let at = 0; at <= WINDOW - BLOCK; at++) {
      const block = blockHash(bytes, at) >>> this.drop;
      this.shifts[block] = Math.min(this.shifts[block] ?? 0, WINDOW - BLOCK - at);
    }
  }

  private put(key: string, text: string): void {
    const bucket = this.buckets.get(key);
    if (bucket === undefined) this.buckets.set(key, text);
    else if (typeof bucket !== 'string') bucket.secrets.add(text);
    else if (bucket !== text) this.buckets.set(key, { secrets: new Set([bucket, text]), lengths: [] });
  }

  /** Where the first bytes of some secret stand, from `from` on, or -1. */
  private findWindow(bytes: Buffer, from: number): number {
    const { shifts, windows, buckets, drop } = this;
    const last = bytes.length - WINDOW;
    for (let at = from; at <= last;) {
      const shift = shifts[blockHash(bytes, at + WINDOW - BLOCK) >>> drop] ?? 0;
      if (shift > 0) at += shift;
      else if (windows[windowHash(bytes, at) >>> drop] === 0) at++;
      else if (buckets.has(bytes.toString('latin1', at, at + WINDOW))) return at;
      else at++;
    }
    return -1;
  }

  /** Bytes of the longest secret that stands at `at`, or 0. */
  private longestAt(bytes: Buffer, at: number): number {
    const bucket = this.buckets.get(bytes.toString('latin1', at, at + WINDOW));
    if (bucket === undefined) return 0;
    const textOf = (length: number): string => bytes.toString('latin1', at, at + length);
    if (typeof bucket === 'string') return textOf(bucket.length) === bucket ? bucket.length : 0;
    return bucket.lengths.find((length) => bucket.secrets.has(textOf(length))) ?? 0;
  }
}

/** Multiplicative hash (Knuth): its upper bits are used. */
function blockHash(bytes: Buffer, at: number): number {
  return Math.imul(word(bytes, at), 0x9e3779b1);
}

function windowHash(bytes: Buffer, at: number): number {
  return Math.imul(Math.imul(word(bytes, at), 0x85ebca6b) ^ word(bytes, at + BLOCK), 0x9e3779b1);
}

function word(bytes: Buffer, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}
