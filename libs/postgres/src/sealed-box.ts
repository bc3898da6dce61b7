import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { PostgresError } from './errors.js';
import { KEY_ID_BYTES } from './master-keys.js';

/**
 * Sealed bytes: version (1), kind (1), id of the key (16), then per kind
 *   1, with a key:          nonce (12), AES-256-GCM ciphertext, tag (16)
 *   2, to a public key:     ephemeral X25519 public key (32), AES-256-GCM ciphertext, tag (16)
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

/** Seals to a public key: whoever seals cannot open. */
export function sealTo(publicKey: KeyObject, { keyId, context }: Omit<Sealing, 'key'>, plaintext: Buffer): Buffer {
  const header = headerOf(KIND.publicKey, keyId);
  const ephemeral = generateKeyPairSync('x25519');
  const point = rawPublicKey(ephemeral.publicKey);
  const shared = agree(ephemeral.privateKey, publicKey, [point, rawPublicKey(publicKey)]);
  return Buffer.concat([header, point, encrypt({ ...shared, data: additionalData(header, context) }, plaintext)]);
}

/** @throws PostgresError `unseal_failed`. */
export function openWith(privateKey: KeyObject, context: Context, sealed: Buffer): Buffer {
  const header = checkedHeader(sealed, KIND.publicKey);
  const point = sealed.subarray(HEADER, HEADER + POINT);
  const recipient = rawPublicKey(createPublicKey(privateKey));
  const shared = agree(privateKey, publicKeyFrom(point), [point, recipient]);
  return decrypt({ ...shared, data: additionalData(header, context) }, sealed.subarray(HEADER + POINT));
}

/** The id of the key that opens these bytes. */
export function keyIdOf(sealed: Buffer): Buffer {
  return sealed.subarray(2, HEADER);
}

// DER of X25519 keys around their 32 raw bytes (RFC 8410).
const PRIVATE_DER = Buffer.from('302e020100300506032b656e04220420', 'hex');
const PUBLIC_DER = Buffer.from('302a300506032b656e032100', 'hex');

export function privateKeyFrom(raw: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PRIVATE_DER, raw]), format: 'der', type: 'pkcs8' });
}

export function publicKeyFrom(raw: Buffer): KeyObject {
  return createPublicKey({ key: Buffer.concat([PUBLIC_DER, raw]), format: 'der', type: 'spki' });
}

export function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(PUBLIC_DER.length);
}

export function rawPrivateKey(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'pkcs8' }).subarray(PRIVATE_DER.length);
}

function headerOf(kind: number, keyId: Buffer): Buffer {
  return Buffer.concat([Buffer.from([VERSION, kind]), keyId]);
}

function checkedHeader(sealed: Buffer, kind: number): Buffer {
  if (sealed[0] === VERSION && sealed[1] === kind) return sealed.subarray(0, HEADER);
  throw new PostgresError('unseal_failed', 'Sealed bytes have a form that this version does not know.');
}

function additionalData(header: Buffer, context: Context): Buffer {
  return Buffer.concat([header, Buffer.from(JSON.stringify(context))]);
}

/** Key and nonce come from a fresh agreement, so that no nonce meets a key twice. */
function agree(privateKey: KeyObject, publicKey: KeyObject, points: readonly Buffer[]): { key: Buffer; nonce: Buffer } {
  const secret = diffieHellman({ privateKey, publicKey });
  const bytes = Buffer.from(
    hkdfSync('sha256', secret, Buffer.concat([...points]), 'rungate sealed box v1', 32 + NONCE),
  );
  return { key: bytes.subarray(0, 32), nonce: bytes.subarray(32) };
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
