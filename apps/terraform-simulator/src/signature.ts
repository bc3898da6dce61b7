import { createHmac } from 'node:crypto';

/** Name of the header that carries the signature (HashiCorp, "Run tasks integration API"). */
export const SIGNATURE_HEADER = 'X-TFC-Task-Signature';

/**
 * What HCP Terraform puts into the header: lower-case hex of HMAC-SHA512 over the raw body, with the key's UTF-8 bytes;
 * the empty string when the run task has no key.
 */
export function sign(rawBody: Uint8Array, hmacKey: string | null): string {
  return hmacKey === null ? '' : createHmac('sha512', hmacKey).update(rawBody).digest('hex');
}
