import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Keyring } from './keyring.js';
import { KEY_BYTES } from './master-keys.js';
import {
  agreeWith,
  keyAgreedFor,
  keyIdOf,
  openAgreed,
  openWithKey,
  sealTo,
  sealWithKey,
  type Context,
} from './sealed-box.js';
import { rawPrivateKey, rawPublicKey } from './x25519.js';

/** What a data key is for. */
export type DataKeyPurpose = 'hmac' | 'grant';

/** A data key as its row holds it: one per organization and purpose, wrapped under the master key. */
export interface DataKey {
  readonly organizationId: string;
  readonly id: string;
  readonly wrapped: Buffer;
}

/** A new data key for HMAC keys. */
export function newHmacDataKey(keyring: Keyring, organizationId: string, id: string): DataKey {
  return { organizationId, id, wrapped: wrapHmac(keyring, { organizationId, id }, randomBytes(KEY_BYTES)) };
}

/** A new key pair for grants; only its public half can be used without the purpose `grant`. */
export function newGrantDataKey(
  keyring: Keyring,
  organizationId: string,
  id: string,
): DataKey & { readonly publicKey: Buffer } {
  const pair = generateKeyPairSync('x25519');
  const wrapped = wrapGrant(keyring, { organizationId, id }, rawPrivateKey(pair.privateKey));
  return { organizationId, id, wrapped, publicKey: rawPublicKey(pair.publicKey) };
}

/** The key that HMAC keys are sealed with. @throws PostgresError `unseal_failed` or `bad_key`. */
export function unwrapHmac(keyring: Keyring, dataKey: DataKey): Buffer {
  const key = keyring.findHmacKey(keyIdOf(dataKey.wrapped));
  return openWithKey({ key, context: dataKeyContext('hmac', dataKey) }, dataKey.wrapped);
}

/** The private key that opens grants, as `rawPrivateKey` makes it. @throws as `unwrapHmac`. */
export function unwrapGrant(keyring: Keyring, dataKey: DataKey): Buffer {
  const { wrapped } = dataKey;
  const wrapping = keyAgreedFor(keyring.findGrantKey(keyIdOf(wrapped)), wrapped);
  return openAgreed(wrapping, dataKeyContext('grant', dataKey), wrapped);
}

/** Whether the newest master key wraps it. */
export function isNewest(keyring: Keyring, { wrapped }: DataKey): boolean {
  return keyIdOf(wrapped).equals(keyring.newestId);
}

/** The same key, wrapped by the newest master key: what it sealed opens as before. @throws as `unwrapHmac`. */
export function rewrap(keyring: Keyring, purpose: DataKeyPurpose, dataKey: DataKey): Buffer {
  return purpose === 'hmac'
    ? wrapHmac(keyring, dataKey, unwrapHmac(keyring, dataKey))
    : wrapGrant(keyring, dataKey, unwrapGrant(keyring, dataKey));
}

type Name = Omit<DataKey, 'wrapped'>;

function wrapHmac(keyring: Keyring, name: Name, raw: Buffer): Buffer {
  const key = keyring.findHmacKey(keyring.newestId);
  return sealWithKey({ keyId: keyring.newestId, key, context: dataKeyContext('hmac', name) }, raw);
}

function wrapGrant(keyring: Keyring, name: Name, raw: Buffer): Buffer {
  return sealTo(
    agreeWith(keyring.grantPublicKey),
    { keyId: keyring.newestId, context: dataKeyContext('grant', name) },
    raw,
  );
}

/** Where a wrapped data key belongs. */
function dataKeyContext(purpose: DataKeyPurpose, { organizationId, id }: Name): Context {
  return [organizationId, 'data_keys.wrapped', id, purpose];
}
