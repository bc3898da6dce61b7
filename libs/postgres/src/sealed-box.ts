import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { PostgresError } from './errors.js';
import { KEY_ID_BYTES } from './master-keys.js';
import { Secret } from './secret.js';
import { publicKeyFrom, rawPublicKey } from './x25519.js';

/**
 * Sealed bytes: version (1), kind (1), id of the key (16), then per kind
 *   1, with a key:          nonce (12), AES-256-GCM ciphertext, tag (16)
 *   2, to a public key:     ephemeral X25519 public key (32), nonce (12), AES-256-GCM ciphertext, tag (16)
 * The header and the caller's context are additional data: bytes that are changed or moved elsewhere do not open.
 */
const VERSION = 1;
const KIND = { secretKey: 1, publicKey: 2 } as const;
const HEADER = 2 + KEY_ID_BYTES;
const NONCE = 12;
const TAG = 16;
const POINT = 32;

/** Where sealed bytes belong, from the most general to the column. */
export type Context = readonly string[];

/** The key to seal with, its id, and the row that the sealed bytes belong to. */
export interface Sealing {
  readonly keyId: Buffer;
  readonly key: Buffer;
  readonly context: Context;
}

/** Seals with a key that also opens. */
export function sealWithKey({ keyId, key, context }: Sealing, plaintext: Buffer): Buffer {
  const header = headerOf(KIND.secretKey, keyId);
  const nonce = randomBytes(NONCE);
  return Buffer.concat([header, nonce, encrypt({ key, nonce, data: additionalData(header, context) }, plaintext)]);
}

/** @throws PostgresError `unseal_failed`. */
export function openWithKey({ key, context }: Omit<Sealing, 'keyId'>, sealed: Buffer): Buffer {
  const header = checkedHeader(sealed, KIND.secretKey);
  const nonce = sealed.subarray(HEADER, HEADER + NONCE);
  return decrypt({ key, nonce, data: additionalData(header, context) }, sealed.subarray(HEADER + NONCE));
}

/** One side's half of a key agreement: what it shows, and the key that only the two know. */
export interface Agreement {
  readonly point: Buffer;
  readonly key: Secret<Buffer>;
}

/** Agrees on a key with whoever holds the other half; dear, so it may seal several texts of one short moment. */
export function agreeWith(publicKey: KeyObject): Agreement {
  const ephemeral = generateKeyPairSync('x25519');
  const point = rawPublicKey(ephemeral.publicKey);
  return { point, key: agreedKey(ephemeral.privateKey, publicKey, [point, rawPublicKey(publicKey)]) };
}

/** Seals to the other side of an agreement: later, whoever sealed cannot open. */
export function sealTo({ point, key }: Agreement, { keyId, context }: Omit<Sealing, 'key'>, plaintext: Buffer): Buffer {
  const header = Buffer.concat([headerOf(KIND.publicKey, keyId), point]);
  const nonce = randomBytes(NONCE);
  const data = additionalData(header, context);
  return Buffer.concat([header, nonce, encrypt({ key: key.reveal(), nonce, data }, plaintext)]);
}

/** The dear half of opening: the key that was agreed on when these bytes were sealed. @throws as `openAgreed`. */
export function keyAgreedFor(privateKey: KeyObject, sealed: Buffer): Secret<Buffer> {
  const point = checkedHeader(sealed, KIND.publicKey).subarray(HEADER);
  const recipient = rawPublicKey(createPublicKey(privateKey));
  return agreedKey(privateKey, publicKeyFrom(point), [point, recipient]);
}

/** @throws PostgresError `unseal_failed`. */
export function openAgreed(key: Secret<Buffer>, context: Context, sealed: Buffer): Buffer {
  const header = checkedHeader(sealed, KIND.publicKey);
  const nonce = sealed.subarray(header.length, header.length + NONCE);
  const data = additionalData(header, context);
  return decrypt({ key: key.reveal(), nonce, data }, sealed.subarray(header.length + NONCE));
}

/** What both agreed on, as a name for it: the key's id and the point. */
export function agreementOf(sealed: Buffer): string {
  return sealed.subarray(2, HEADER + POINT).toString('base64');
}

/** The id of the key that opens these bytes. */
export function keyIdOf(sealed: Buffer): Buffer {
  return sealed.subarray(2, HEADER);
}

function headerOf(kind: number, keyId: Buffer): Buffer {
  return Buffer.concat([Buffer.from([VERSION, kind]), keyId]);
}

/** All that comes before the nonce. */
function checkedHeader(sealed: Buffer, kind: (typeof KIND)[keyof typeof KIND]): Buffer {
  if (sealed[0] === VERSION && sealed[1] === kind) {
    return sealed.subarray(0, kind === KIND.publicKey ? HEADER + POINT : HEADER);
  }
  throw new PostgresError('unseal_failed', 'Sealed bytes have a form that this version does not know.');
}

function additionalData(header: Buffer, context: Context): Buffer {
  return Buffer.concat([header, Buffer.from(JSON.stringify(context))]);
}

function agreedKey(privateKey: KeyObject, publicKey: KeyObject, points: readonly Buffer[]): Secret<Buffer> {
  const shared = diffieHellman({ privateKey, publicKey });
  return new Secret(Buffer.from(hkdfSync('sha256', shared, Buffer.concat([...points]), 'rungate sealed box v1', 32)));
}

interface Cipher {
  readonly key: Buffer;
  readonly nonce: Buffer;
  readonly data: Buffer;
}

function encrypt({ key, nonce, data }: Cipher, plaintext: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(data);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function decrypt({ key, nonce, data }: Cipher, ciphertext: Buffer): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAAD(data);
    decipher.setAuthTag(ciphertext.subarray(-TAG));
    return Buffer.concat([decipher.update(ciphertext.subarray(0, -TAG)), decipher.final()]);
  } catch (cause) {
    throw new PostgresError('unseal_failed', 'Sealed bytes were changed, or belong to another row.', { cause });
  }
}
