import { createHash, createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Grant } from '@rungate/run-task';
import { PostgresError } from './errors.js';
import type { Keyring } from './keyring.js';
import { KEY_BYTES } from './master-keys.js';
import { agreeWith, keyIdOf, openWithKey, sealTo, sealWithKey, type Agreement, type Context } from './sealed-box.js';
import { publicKeyFrom, rawPrivateKey, rawPublicKey } from './x25519.js';

/** A data key as its row holds it: one per organization and purpose, wrapped under the master key. */
export interface DataKey {
  readonly organizationId: string;
  readonly id: string;
  readonly wrapped: Buffer;
}

/** Names a sealed HMAC key. */
export interface HmacKeyRow {
  readonly organizationId: string;
  readonly runTaskId: string;
  readonly hmacKeyId: string;
}

/** Names a sealed grant: in another row, or under another Terraform, it does not open. */
export interface GrantRow {
  readonly organizationId: string;
  readonly runTaskId: string;
  /** Of our row. */
  readonly taskResultId: string;
  readonly terraformOrigin: string;
}

/** What is needed to seal an organization's grants for a moment; it opens none that others sealed. */
export interface GrantSeal {
  readonly keyId: string;
  readonly agreement: Agreement;
}

/** A new data key for HMAC keys. */
export function newHmacDataKey(keyring: Keyring, organizationId: string, id: string): DataKey {
  const key = keyring.findHmacKey(keyring.newestId);
  const context = dataKeyContext('hmac', { organizationId, id });
  return {
    organizationId,
    id,
    wrapped: sealWithKey({ keyId: keyring.newestId, key, context }, randomBytes(KEY_BYTES)),
  };
}

/** A new key pair for grants; only its public half can be used without the purpose `grant`. */
export function newGrantDataKey(
  keyring: Keyring,
  organizationId: string,
  id: string,
): DataKey & { readonly publicKey: Buffer } {
  const pair = generateKeyPairSync('x25519');
  const context = dataKeyContext('grant', { organizationId, id });
  const sealing = { keyId: keyring.newestId, context };
  return {
    organizationId,
    id,
    wrapped: sealTo(agreeWith(keyring.grantPublicKey), sealing, rawPrivateKey(pair.privateKey)),
    publicKey: rawPublicKey(pair.publicKey),
  };
}

/** Seals a run task's secret under its organization's key, for this row alone. */
export function sealHmacSecret(keyring: Keyring, dataKey: DataKey, row: HmacKeyRow, secret: string): Buffer {
  const sealing = { keyId: idBytes(dataKey.id), key: unwrapHmac(keyring, dataKey), context: hmacContext(row) };
  return sealWithKey(sealing, Buffer.from(secret, 'utf8'));
}

/** @throws PostgresError `unseal_failed` or `bad_key`. */
export function openHmacSecret(keyring: Keyring, dataKey: DataKey, row: HmacKeyRow, sealed: Buffer): string {
  expectKey(sealed, dataKey.id);
  return openWithKey({ key: unwrapHmac(keyring, dataKey), context: hmacContext(row) }, sealed).toString('utf8');
}

/** @param publicKey the public half of the organization's data key for grants. */
export function grantSeal(keyId: string, publicKey: Buffer): GrantSeal {
  return { keyId, agreement: agreeWith(publicKeyFrom(publicKey)) };
}

/** Seals what a request grants, for this row alone; who seals cannot open. */
export function sealGrant({ keyId, agreement }: GrantSeal, row: GrantRow, grant: Grant): Buffer {
  const sealing = { keyId: idBytes(keyId), context: grantContext(row) };
  const { accessToken, callbackUrl, planJsonUrl, configurationUrl } = grant;
  const plaintext = JSON.stringify([accessToken, callbackUrl, planJsonUrl, configurationUrl]);
  return sealTo(agreement, sealing, Buffer.from(plaintext));
}

/** Keyed fingerprints of an HMAC key, newest first: equal keys are found, and nothing else is told. */
export function keyedFingerprints(keyring: Keyring, secret: string): readonly [Buffer, ...Buffer[]] {
  const [newest, ...older] = keyring.fingerprintKeys().map((key) => createHmac('sha256', key).update(secret).digest());
  if (newest === undefined)
    throw new PostgresError('bad_key', 'This process was not handed the purpose "fingerprint".');
  return [newest, ...older];
}

/** First 8 hex digits of SHA-256 of the key: the same wherever it is shown. */
export function displayFingerprint(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 8);
}

function unwrapHmac(keyring: Keyring, dataKey: DataKey): Buffer {
  const key = keyring.findHmacKey(keyIdOf(dataKey.wrapped));
  return openWithKey({ key, context: dataKeyContext('hmac', dataKey) }, dataKey.wrapped);
}

/** Where a wrapped data key belongs. */
export function dataKeyContext(purpose: 'hmac' | 'grant', { organizationId, id }: Omit<DataKey, 'wrapped'>): Context {
  return [organizationId, 'data_keys.wrapped', id, purpose];
}

function hmacContext({ organizationId, runTaskId, hmacKeyId }: HmacKeyRow): Context {
  return [organizationId, 'hmac_keys.sealed_secret', runTaskId, hmacKeyId];
}

/** Where a sealed grant belongs. */
export function grantContext({ organizationId, runTaskId, taskResultId, terraformOrigin }: GrantRow): Context {
  return [organizationId, 'task_results.sealed_grant', runTaskId, taskResultId, terraformOrigin];
}

/** @throws PostgresError `unseal_failed` when the bytes name another data key. */
export function expectKey(sealed: Buffer, dataKeyId: string): void {
  if (keyIdOf(sealed).equals(idBytes(dataKeyId))) return;
  throw new PostgresError('unseal_failed', `Sealed bytes name another key than ${dataKeyId}.`);
}

function idBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}
