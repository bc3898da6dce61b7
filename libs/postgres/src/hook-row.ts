import { hmacKey, type DeadlineProfile, type Hook, type HmacKey, type OriginState } from '@rungate/run-task';
import type { Keyring } from './keyring.js';
import type { LoginPool } from './login-pool.js';
import { openHmacSecret } from './sealing.js';

/** A hook as the database finds it by its id, with its sealed keys. */
export interface HookRow {
  readonly organization_id: string;
  readonly suspended: boolean;
  readonly run_task_id: string;
  readonly version_id: string;
  readonly terraform_origin: string;
  readonly origin_state: OriginState | null;
  readonly deadline_profile: DeadlineProfile;
  readonly hmac_data_key_id: string;
  readonly hmac_data_key: Buffer;
  readonly grant_key_id: string;
  readonly grant_public_key: Buffer;
  readonly key_ids: readonly string[];
  readonly sealed_secrets: readonly Buffer[];
}

const HOOK_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Whether a text can be the id of a hook at all: the database is not asked for others. */
export function canBeHookId(text: string): boolean {
  return HOOK_ID.test(text);
}

/** The rows of many hooks in one statement, in the order of their ids; null where there is none. */
export async function findHookRows(pool: LoginPool, hookIds: readonly string[]): Promise<readonly (HookRow | null)[]> {
  const { rows } = await pool.query<HookRow & { readonly position: string }>({
    name: 'find-hooks',
    text: 'SELECT * FROM find_hooks($1)',
    values: [hookIds],
  });
  const byPosition = new Map(rows.map((row) => [Number(row.position), row]));
  return hookIds.map((_, index) => byPosition.get(index + 1) ?? null);
}

/** Opens the keys of a hook. @throws PostgresError `unseal_failed` or `bad_key`. */
export function openKeys(row: HookRow, keyring: Keyring): readonly HmacKey[] {
  const { organization_id: organizationId, run_task_id: runTaskId } = row;
  const dataKey = { organizationId, id: row.hmac_data_key_id, wrapped: row.hmac_data_key };
  return row.sealed_secrets.flatMap((sealed, index) => {
    const hmacKeyId = row.key_ids[index];
    if (hmacKeyId === undefined) return [];
    return [hmacKey(hmacKeyId, openHmacSecret(keyring, dataKey, { organizationId, runTaskId, hmacKeyId }, sealed))];
  });
}

/** The hook of a row, with its keys opened. */
export function hookOf(hookId: string, row: HookRow, keys: readonly HmacKey[]): Hook {
  return {
    hookId,
    organizationId: row.organization_id,
    runTaskId: row.run_task_id,
    versionId: row.version_id,
    terraformOrigin: row.terraform_origin,
    originState: row.origin_state,
    deadlineProfile: row.deadline_profile,
    suspended: row.suspended,
    keys,
  };
}
