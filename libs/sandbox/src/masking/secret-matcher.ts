import { MASK } from '@rungate/checks';

/** Shorter strings are masked only where they are marked: elsewhere they would be words. */
export const MIN_SECRET_LENGTH = 8;

/** Bytes of a secret that the search looks for; every secret has as many. */
const WINDOW = MIN_SECRET_LENGTH;
/** Bytes that are looked up at once. */
const BLOCK = 3;
const TABLE_BITS = 18;

/** Secrets that begin with the same bytes, as Latin-1 texts of their UTF-8. */
interface Bucket {
  readonly secrets: Set<string>;
  /** Lengths of the secrets, longest first. */
  lengths: number[];
}

/**
 * Finds any of many strings in text, wherever it stands. Wu and Manber's search: a table says for each three bytes how
 * far one may skip, so few secrets cost a fraction of a look-up per byte, and many never more than about one.
 */
export class SecretMatcher {
  private readonly shifts = new Uint8Array(2 ** TABLE_BITS).fill(WINDOW - BLOCK + 1);
  private readonly buckets = new Map<string, Bucket>();

  constructor(secrets: Iterable<string>) {
    for (const secret of secrets) if (secret.length >= MIN_SECRET_LENGTH && secret !== MASK) this.add(secret);
    for (const bucket of this.buckets.values()) {
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
    const key = bytes.toString('latin1', 0, WINDOW);
    const bucket = this.buckets.get(key) ?? { secrets: new Set(), lengths: [] };
    this.buckets.set(key, bucket);
    bucket.secrets.add(bytes.toString('latin1'));
    for (let at = 0; at <= WINDOW - BLOCK; at++) {
      const block = blockAt(bytes, at);
      this.shifts[block] = Math.min(this.shifts[block] ?? 0, WINDOW - BLOCK - at);
    }
  }

  /** Where the first bytes of some secret stand, from `from` on, or -1. */
  private findWindow(bytes: Buffer, from: number): number {
    const { shifts, buckets } = this;
    for (let at = from; at + WINDOW <= bytes.length;) {
      const shift = shifts[blockAt(bytes, at + WINDOW - BLOCK)] ?? 0;
      if (shift === 0 && buckets.has(bytes.toString('latin1', at, at + WINDOW))) return at;
      at += Math.max(1, shift);
    }
    return -1;
  }

  /** Bytes of the longest secret that stands at `at`, or 0. */
  private longestAt(bytes: Buffer, at: number): number {
    const bucket = this.buckets.get(bytes.toString('latin1', at, at + WINDOW));
    return bucket?.lengths.find((length) => bucket.secrets.has(bytes.toString('latin1', at, at + length))) ?? 0;
  }
}

function blockAt(bytes: Buffer, at: number): number {
  const hash = ((bytes[at] ?? 0) << 10) ^ ((bytes[at + 1] ?? 0) << 5) ^ (bytes[at + 2] ?? 0);
  return hash & (2 ** TABLE_BITS - 1);
}
