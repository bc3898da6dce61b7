import type { KeyDelivery } from '@rungate/contract';
import { invalid } from '../errors.js';

/** A secret as the one answer that shows it holds it. */
export type HandedOver = { readonly hmacKey: string } | { readonly sealedHmacKey: string };

/**
 * A key as the caller wants to have it: in clear, or as compact JWE that only the holder of a private key opens. Nothing is
 * kept of either.
 * @throws ApiError `invalid` for a public key that is none.
 */
export async function handOver(secret: string, deliver: KeyDelivery | undefined): Promise<HandedOver> {
  if (deliver === undefined) return { hmacKey: secret };
  return { sealedHmacKey: await sealedFor(deliver.sealedTo, secret) };
}

async function sealedFor(publicKey: KeyDelivery['sealedTo'], secret: string): Promise<string> {
  // Loaded by the few who ask for it.
  const { CompactEncrypt, importJWK } = await import('jose');
  const alg = publicKey.kty === 'RSA' ? 'RSA-OAEP-256' : 'ECDH-ES+A256KW';
  const { kid, ...material } = publicKey;
  try {
    const key = await importJWK({ ...material, alg }, alg);
    return await new CompactEncrypt(Buffer.from(secret, 'utf8'))
      .setProtectedHeader({ alg, enc: 'A256GCM', ...(kid === undefined ? {} : { kid }) })
      .encrypt(key);
  } catch {
    throw invalid([{ pointer: '/deliver/sealedTo', detail: 'Is no public key that can be sealed to.' }]);
  }
}
