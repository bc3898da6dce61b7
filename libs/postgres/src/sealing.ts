import { createHash, createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Grant } from '@rungate/run-task';
import { PostgresError } from './errors.js';
import type { Keyring } from './keyring.js';
import { KEY_BYTES } from './master-keys.js';
import {
  keyIdOf,
  openWith,
  openWithKey,
  privateKeyFrom,
  publicKeyFrom,
  rawPrivateKey,
  rawPublicKey,
  sealTo,
  sealWithKey,
  type Context,
} from './sealed-box.js';

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

/** What is needed to seal a grant; it does not open one. */
export interface GrantSeal {
  readonly keyId: string;
  readonly publicKey: Buffer;
}

/** A new data key for HMAC keys. */
export function newHmacDataKey(keyring: Keyring, organizationId: string, id: string): DataKey {
  const key = keyring.find('hmac', keyring.newestId);
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
    wrapped: sealTo(keyring.grantPublicKey, sealing, rawPrivateKey(pair.privateKey)),
    publicKey: rawPublicKey(pair.publicKey),
  };
}

export function sealHmacSecret(keyring: Keyring, dataKey: DataKey, row: HmacKeyRow, secret: string): Buffer {
  const sealing = { keyId: idBytes(dataKey.id), key: unwrapHmac(keyring, dataKey), context: hmacContext(row) };
  return sealWithKey(sealing, Buffer.from(secret, 'utf8'));
}

/** @throws PostgresError `unseal_failed` or `bad_key`. */
export function openHmacSecret(keyring: Keyring, dataKey: DataKey, row: HmacKeyRow, sealed: Buffer): string {
  expectKey(sealed, dataKey.id);
  return openWithKey({ key: unwrapHmac(keyring, dataKey), context: hmacContext(row) }, sealed).toString('utf8');
}

export function sealGrant(seal: GrantSeal, row: GrantRow, grant: Grant): Buffer {
  const sealing = { keyId: idBytes(seal.keyId), context: grantContext(row) };
  const { accessToken, callbackUrl, planJsonUrl, configurationUrl } = grant;
  const plaintext = JSON.stringify([accessToken, callbackUrl, planJsonUrl, configurationUrl]);
  return sealTo(publicKeyFrom(seal.publicKey), sealing, Buffer.from(plaintext));
}

/** @throws PostgresError `unseal_failed` or `bad_key`. */
export function openGrant(keyring: Keyring, dataKey: DataKey, row: GrantRow, sealed: Buffer): Grant {
  expectKey(sealed, dataKey.id);
  const context = dataKeyContext('grant', dataKey);
  const wrapping = privateKeyFrom(keyring.find('grant', keyIdOf(dataKey.wrapped)));
  const privateKey = privateKeyFrom(openWith(wrapping, context, dataKey.wrapped));
  const parts: unknown = JSON.parse(openWith(privateKey, grantContext(row), sealed).toString('utf8'));
  const members: readonly unknown[] = Array.isArray(parts) ? parts : [];
  const [accessToken, callbackUrl, planJsonUrl, configurationUrl] = members;
  if (typeof accessToken !== 'string' || typeof callbackUrl !== 'string') {
    throw new PostgresError('bad_row', `The grant of task result ${row.taskResultId} has an unknown form.`);
  }
  return {
    accessToken,
    callbackUrl,
    planJsonUrl: textOrNull(planJsonUrl),
    configurationUrl: textOrNull(configurationUrl),
  };
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
  const key = keyring.find('hmac', keyIdOf(dataKey.wrapped));
  return openWithKey({ key, context: dataKeyContext('hmac', dataKey) }, dataKey.wrapped);
}

function dataKeyContext(purpose: 'hmac' | 'grant', { organizationId, id }: Omit<DataKey, 'wrapped'>): Context {
  return [organizationId, 'data_keys.wrapped', id, purpose];
}

function hmacContext({ organizationId, runTaskId, hmacKeyId }: HmacKeyRow): Context {
  return [organizationId, 'hmac_keys.sealed_secret', runTaskId, hmacKeyId];
}

function grantContext({ organizationId, runTaskId, taskResultId, terraformOrigin }: GrantRow): Context {
  return [organizationId, 'task_results.sealed_grant', runTaskId, taskResultId, terraformOrigin];
}

function expectKey(sealed: Buffer, dataKeyId: string): void {
  if (keyIdOf(sealed).equals(idBytes(dataKeyId))) return;
  throw new PostgresError('unseal_failed', `Sealed bytes name another key than ${dataKeyId}.`);
}

function idBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
