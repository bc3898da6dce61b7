import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** How every API token begins: what a scanner of leaked secrets looks for. */
export const API_TOKEN_PREFIX = 'rungate_';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_CHARACTERS = 30;
const CHECK_CHARACTERS = 6;
const WRITTEN = new RegExp(`^${API_TOKEN_PREFIX}[0-9A-Za-z]{${RANDOM_CHARACTERS + CHECK_CHARACTERS}}$`);

/** Random bytes that `apiToken` takes. */
export const API_TOKEN_BYTES = 32;

/** `rungate_`, 30 characters of chance (178 bits) and 6 that check them, as GitHub writes its tokens. */
export function apiToken(random: Uint8Array): string {
  if (random.length < API_TOKEN_BYTES) throw new Error(`An API token takes ${API_TOKEN_BYTES} random bytes.`);
  let number = random.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let characters = '';
  while (characters.length < RANDOM_CHARACTERS) {
    characters += letter(Number(number % 62n));
    number /= 62n;
  }
  return `${API_TOKEN_PREFIX}${characters}${checkOf(characters)}`;
}

/** Whether a text can be an API token at all: its checksum holds. Tells a typing error without asking anybody. */
export function isApiToken(text: string): boolean {
  if (!WRITTEN.test(text)) return false;
  const characters = text.slice(API_TOKEN_PREFIX.length, -CHECK_CHARACTERS);
  return text.endsWith(checkOf(characters));
}

/** What is stored of a token: SHA-256, since it is random and needs no slow hash. */
export function apiTokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function checkOf(characters: string): string {
  let sum = crc32(characters);
  let check = '';
  while (check.length < CHECK_CHARACTERS) {
    check = letter(sum % 62) + check;
    sum = Math.floor(sum / 62);
  }
  return check;
}

function letter(digit: number): string {
  return ALPHABET.charAt(digit);
}
