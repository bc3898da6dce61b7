import { createHash, randomBytes } from 'node:crypto';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** An id as the platform makes them: a prefix and 16 characters, such as `run-i3Df5to9ELvibKpQ`. */
export function randomId(prefix: string): string {
  return `${prefix}-${encode(randomBytes(16))}`;
}

/** The same id for the same name: a workspace or project keeps its id from run to run. */
export function stableId(prefix: string, name: string): string {
  return `${prefix}-${encode(createHash('sha256').update(name).digest().subarray(0, 16))}`;
}

/** A bearer token in the platform's form, `….atlasv1.…`. */
export function randomToken(): string {
  return `${encode(randomBytes(14))}.atlasv1.${encode(randomBytes(67))}`;
}

/** A secret for a URL that gives access by itself. */
export function randomSecret(): string {
  return encode(randomBytes(64));
}

function encode(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
