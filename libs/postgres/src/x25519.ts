import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { PostgresError } from './errors.js';

// Raw keys go in and out as JWK (RFC 8037): OpenSSL 3 takes a fortieth of the time that it needs for DER.
const CURVE = { kty: 'OKP', crv: 'X25519' } as const;
const KEY = 32;

/** From 32 bytes. */
export function publicKeyFrom(raw: Buffer): KeyObject {
  return createPublicKey({ key: { ...CURVE, x: raw.toString('base64url') }, format: 'jwk' });
}

/** From 64 bytes: private, then public, as `rawPrivateKey` makes them. */
export function privateKeyFrom(raw: Buffer): KeyObject {
  const d = raw.subarray(0, KEY).toString('base64url');
  const x = raw.subarray(KEY).toString('base64url');
  return createPrivateKey({ key: { ...CURVE, d, x }, format: 'jwk' });
}

/** From 32 uniform bytes (RFC 7748: every string of that length is a private key). Slow: for once a process. */
export function privateKeyFromSeed(seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
}

/** DER around the 32 bytes of a private key (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** The 32 bytes of a public key. */
export function rawPublicKey(key: KeyObject): Buffer {
  return bytesOf(key.export({ format: 'jwk' }).x);
}

/** The 32 bytes of a private key, then those of its public half. */
export function rawPrivateKey(key: KeyObject): Buffer {
  const { d, x } = key.export({ format: 'jwk' });
  return Buffer.concat([bytesOf(d), bytesOf(x)]);
}

function bytesOf(text: string | undefined): Buffer {
  if (text !== undefined) return Buffer.from(text, 'base64url');
  throw new PostgresError('bad_key', 'A key is not of X25519.');
}
