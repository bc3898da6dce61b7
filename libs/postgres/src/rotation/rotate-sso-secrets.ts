import type { ClientBase } from 'pg';
import type { Keyring } from '../keyring.js';
import { shortKeyId } from '../master-keys.js';
import { keyIdOf } from '../sealed-box.js';
import { openSsoSecret, sealSsoSecret } from '../sign-in/sso-secrets.js';
import type { Counted } from './rotate-organizations.js';

interface SecretRow {
  readonly id: string;
  readonly organization_id: string | null;
  readonly sealed_client_secret: Buffer;
}

/**
 * Seals the client secrets of connections with the newest master key. Those of a key that is not listed stay as they are:
 * that key is then named as unknown. What sessions hold ends within a day by itself.
 */
export async function rotateSsoSecrets(
  client: ClientBase,
  {
    keyring,
    listed,
    dryRun,
  }: { readonly keyring: Keyring; readonly listed: readonly string[]; readonly dryRun: boolean },
): Promise<Counted> {
  const { rows } = await client.query<SecretRow>(
    'SELECT id, organization_id, sealed_client_secret FROM sso_connections WHERE sealed_client_secret IS NOT NULL ORDER BY id',
  );
  let changed = 0;
  for (const { id, organization_id: organizationId, sealed_client_secret: sealed } of rows) {
    const keyId = keyIdOf(sealed);
    if (keyId.equals(keyring.newestId) || !listed.includes(shortKeyId(keyId))) continue;
    changed += 1;
    if (dryRun) continue;
    const row = { column: 'sso_connections.sealed_client_secret' as const, organizationId, id };
    const again = sealSsoSecret(keyring, row, openSsoSecret(keyring, row, sealed));
    await client.query(
      'UPDATE sso_connections SET sealed_client_secret = $2 WHERE id = $1 AND sealed_client_secret = $3',
      [id, again, sealed],
    );
  }
  return { changed, unchanged: rows.length - changed };
}
