import {
  hmacKey,
  misreadings,
  storable,
  type DeadlineProfile,
  type Diagnosis,
  type Hook,
  type HookStore,
  type NewTaskResult,
  type OriginState,
  type RecordAnswer,
  type Refusal,
  type Suspect,
} from '@rungate/run-task';
import { Batches } from './batches.js';
import type { Keyring } from './keyring.js';
import type { LoginPool } from './login-pool.js';
import { recordTaskResults, type NewRecord } from './record-task-results.js';
import { grantSeal, openHmacSecret, type GrantSeal } from './sealing.js';
import { UndecidedLimit } from './undecided-limit.js';

/** Limits that accept enforces. */
export interface HookStoreOptions {
  /** Undecided task results that one organization may hold. */
  readonly undecidedLimit: number;
}

/** How long a hook and its keys may be believed; the insert looks again at what must act at once. */
const CACHE_MS = 2_000;
const CACHE_SIZE = 20_000;
const HOOK_ID = /^[A-Za-z0-9_-]{1,64}$/;

interface Found {
  readonly hook: Hook;
  readonly grantSeal: GrantSeal;
  readonly until: number;
}

/** Ingress' view: five functions of the database; requests that arrive together share a round trip (ADR 12). */
export class PostgresHookStore implements HookStore {
  readonly #cache = new Map<string, Found>();
  readonly #limit: UndecidedLimit;
  readonly #records: Batches<NewRecord, RecordAnswer>;

  constructor(
    private readonly pool: LoginPool,
    private readonly keyring: Keyring,
    { undecidedLimit }: HookStoreOptions,
  ) {
    this.#limit = new UndecidedLimit(pool, undecidedLimit);
    this.#records = new Batches((records) => recordTaskResults(pool, records));
  }

  async findHook(hookId: string): Promise<Hook | null> {
    return (await this.#find(hookId))?.hook ?? null;
  }

  async recordTaskResult(taskResult: NewTaskResult): Promise<RecordAnswer> {
    const { hook } = taskResult;
    const found = await this.#find(hook.hookId);
    if (found === null) return { kind: 'refused' };
    if (await this.#limit.isOver(hook.organizationId)) return { kind: 'over_limit' };
    const answer = await this.#records.add({ taskResult, grantSeal: found.grantSeal });
    if (answer.kind === 'recorded') this.#limit.count(hook.organizationId);
    return answer;
  }

  async noteRegistration(hook: Hook, keyId: string): Promise<void> {
    await this.pool.query({
      name: 'note-registration',
      text: 'SELECT note_registration($1, $2, $3)',
      values: [hook.organizationId, hook.runTaskId, keyId],
    });
  }

  async noteRefusal(hook: Hook, { reason, detail }: Refusal): Promise<void> {
    await this.pool.query({
      name: 'note-refusal',
      text: 'SELECT note_refusal($1, $2, $3, $4)',
      values: [hook.organizationId, hook.runTaskId, reason, storable(detail).slice(0, DETAIL_LIMIT)],
    });
  }

  async findSuspects(hookId: string): Promise<readonly Suspect[]> {
    if (!HOOK_ID.test(hookId)) return [];
    const { rows } = await this.pool.query<SignerRow>({
      name: 'find-signers',
      text: 'SELECT * FROM find_signers($1)',
      values: [hookId],
    });
    return rows.map((row) => suspectOf(row, this.keyring));
  }

  async noteBadSignature(hook: Hook, { cause, detail }: Diagnosis, count: number): Promise<void> {
    await this.pool.query({
      name: 'note-bad-signature',
      text: 'SELECT note_bad_signature($1, $2, $3, $4, $5)',
      values: [hook.organizationId, hook.runTaskId, cause, storable(detail).slice(0, DETAIL_LIMIT), count],
    });
  }

  async #find(hookId: string): Promise<Found | null> {
    const known = this.#cache.get(hookId);
    if (known !== undefined && known.until > performance.now()) return known;
    this.#cache.delete(hookId);
    const row = HOOK_ID.test(hookId) ? await this.#select(hookId) : null;
    if (row === null) return null;
    const found = {
      hook: hookOf(hookId, row, this.keyring),
      grantSeal: grantSeal(row.grant_key_id, row.grant_public_key),
      until: performance.now() + CACHE_MS,
    };
    if (this.#cache.size >= CACHE_SIZE) this.#cache.clear();
    this.#cache.set(hookId, found);
    return found;
  }

  async #select(hookId: string): Promise<HookRow | null> {
    const { rows } = await this.pool.query<HookRow>({
      name: 'find-hook',
      text: 'SELECT h.*, origin_state(h.organization_id, h.terraform_origin) AS origin_state FROM find_hook($1) h',
      values: [hookId],
    });
    return rows[0] ?? null;
  }
}

/** Characters of a refusal's detail that are kept. */
const DETAIL_LIMIT = 500;

interface HookRow {
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

function hookOf(hookId: string, row: HookRow, keyring: Keyring): Hook {
  const organizationId = row.organization_id;
  const dataKey = { organizationId, id: row.hmac_data_key_id, wrapped: row.hmac_data_key };
  return {
    hookId,
    organizationId,
    runTaskId: row.run_task_id,
    versionId: row.version_id,
    terraformOrigin: row.terraform_origin,
    originState: row.origin_state,
    deadlineProfile: row.deadline_profile,
    suspended: row.suspended,
    keys: row.sealed_secrets.flatMap((sealed, index) => {
      const hmacKeyId = row.key_ids[index];
      if (hmacKeyId === undefined) return [];
      const sealedRow = { organizationId, runTaskId: row.run_task_id, hmacKeyId };
      return [hmacKey(hmacKeyId, openHmacSecret(keyring, dataKey, sealedRow, sealed))];
    }),
  };
}

interface SignerRow {
  readonly organization_id: string;
  readonly hmac_data_key_id: string;
  readonly hmac_data_key: Buffer;
  readonly run_task_id: string;
  readonly run_task: string;
  readonly is_own: boolean;
  readonly key_id: string;
  readonly fingerprint: string;
  readonly state: string;
  readonly revoked_at: Date | null;
  readonly sealed_secret: Buffer;
}

function suspectOf(row: SignerRow, keyring: Keyring): Suspect {
  const { organization_id: organizationId, run_task_id: runTaskId, key_id: hmacKeyId, fingerprint } = row;
  const dataKey = { organizationId, id: row.hmac_data_key_id, wrapped: row.hmac_data_key };
  const secret = openHmacSecret(keyring, dataKey, { organizationId, runTaskId, hmacKeyId }, row.sealed_secret);
  return {
    isOwn: row.is_own,
    runTask: row.run_task,
    fingerprint,
    revokedAt: row.revoked_at,
    key: hmacKey(hmacKeyId, secret),
    misread: row.is_own ? misreadings(hmacKeyId, secret) : [],
  };
}
