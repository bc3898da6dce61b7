import { createHmac, timingSafeEqual } from 'node:crypto';

/** Lower-case hex of HMAC-SHA512 over the raw body (HashiCorp, "Run tasks integration": X-TFC-Task-Signature). */
const SIGNATURE = /^[0-9a-f]{128}$/i;

/**
 * A key of a run task. It can verify and cannot sign: nothing in Rungate may produce what a Terraform would have signed.
 */
export interface HmacKey {
  readonly id: string;
  /** Whether `signature` is this key's, over exactly these bytes. Constant time once the syntax is right. */
  verify(rawBody: Uint8Array, signature: string): boolean;
}

/** @param secret text is used as its UTF-8 bytes. */
export function hmacKey(id: string, secret: string | Uint8Array): HmacKey {
  return {
    id,
    verify(rawBody, signature) {
      const expected = createHmac('sha512', secret).update(rawBody).digest();
      return SIGNATURE.test(signature) && timingSafeEqual(expected, Buffer.from(signature, 'hex'));
    },
  };
}

/** Whether a header value can be a signature at all: one value, exactly 128 hex digits, any case. */
export function isSignature(header: unknown): header is string {
  return typeof header === 'string' && SIGNATURE.test(header);
}

/** The key that signed, or null. Every key is tried, so that time tells nothing about which. */
export function findSigner(keys: readonly HmacKey[], rawBody: Uint8Array, signature: string): HmacKey | null {
  let signer: HmacKey | null = null;
  for (const key of keys) {
    if (key.verify(rawBody, signature)) signer ??= key;
  }
  return signer;
}

/** Stands in for the keys of a hook that does not exist, so that a refusal costs the same. */
export const DUMMY_KEY: HmacKey = hmacKey('dummy', 'a hook that does not exist has no key');
