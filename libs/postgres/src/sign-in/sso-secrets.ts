import { PostgresError } from '../errors.js';
import type { Keyring } from '../keyring.js';
import { keyIdOf, openWithKey, sealWithKey, type Context } from '../sealed-box.js';

/** Names a sealed secret of sign-in: in another row it does not open. */
export interface SsoSecretRow {
  readonly column: 'sso_connections.sealed_client_secret' | 'sessions.sealed_id_token';
  /** Null: of the platform. */
  readonly organizationId: string | null;
  readonly id: string;
}

/** Seals with the newest master key. */
export function sealSsoSecret(keyring: Keyring, row: SsoSecretRow, secret: string): Buffer {
  const { newestId: keyId } = keyring;
  return sealWithKey({ keyId, key: keyring.findSsoKey(keyId), context: contextOf(row) }, Buffer.from(secret, 'utf8'));
}

/** @throws PostgresError `unseal_failed` or `bad_key`. */
export function openSsoSecret(keyring: Keyring, row: SsoSecretRow, sealed: Buffer): string {
  const key = keyring.findSsoKey(keyIdOf(sealed));
  return openWithKey({ key, context: contextOf(row) }, sealed).toString('utf8');
}

/** The same where a key that is gone costs only comfort: null. */
export function openSsoSecretIfPossible(keyring: Keyring, row: SsoSecretRow, sealed: Buffer): string | null {
  try {
    return openSsoSecret(keyring, row, sealed);
  } catch (error) {
    if (error instanceof PostgresError) return null;
    throw error;
  }
}

function contextOf({ column, organizationId, id }: SsoSecretRow): Context {
  return [organizationId ?? 'platform', column, id];
}
