import { createHash, createHmac } from 'node:crypto';
import type { Grant } from '@rungate/run-task';
import { unwrapGrant, unwrapHmac, type DataKey } from './data-keys.js';
import { PostgresError } from './errors.js';
import type { Keyring } from './keyring.js';
import {
  agreeWith,
  keyAgreedFor,
  keyIdOf,
  openAgreed,
  openWithKey,
  sealTo,
  sealWithKey,
  type Agreement,
  type Context,
} from './sealed-box.js';
import { privateKeyFrom, publicKeyFrom } from './x25519.js';

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

/** Names a sealed plan. */
export interface InputRow {
  readonly organizationId: string;
  /** Of our row. */
  readonly taskResultId: string;
}

/** What is needed to seal an organization's grants for a moment; it opens none that others sealed. */
export interface GrantSeal {
  readonly keyId: string;
  readonly agreement: Agreement;
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

/** Seals the masked plan of a task result, for this row alone; who seals cannot open. */
export function sealInput({ keyId, agreement }: GrantSeal, row: InputRow, plan: Uint8Array): Buffer {
  return sealTo(agreement, { keyId: idBytes(keyId), context: inputContext(row) }, Buffer.from(plan));
}

/** Opens a masked plan; only in a process that holds the purpose `grant`. @throws PostgresError `unseal_failed` or `bad_key`. */
export function openInput(keyring: Keyring, dataKey: DataKey, row: InputRow, sealed: Buffer): Buffer {
  expectKey(sealed, dataKey.id);
  const key = keyAgreedFor(privateKeyFrom(unwrapGrant(keyring, dataKey)), sealed);
  return openAgreed(key, inputContext(row), sealed);
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

function hmacContext({ organizationId, runTaskId, hmacKeyId }: HmacKeyRow): Context {
  return [organizationId, 'hmac_keys.sealed_secret', runTaskId, hmacKeyId];
}

function inputContext({ organizationId, taskResultId }: InputRow): Context {
  return [organizationId, 'task_inputs.sealed_plan', taskResultId];
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
