import {
  hmacKey,
  misreadings,
  storable,
  type Diagnosis,
  type Hook,
  type HookStore,
  type NewTaskResult,
  type RecordAnswer,
  type Refusal,
  type Suspect,
} from '@rungate/run-task';
import { Batches } from './batches.js';
import { HookCache } from './hook-cache.js';
import { canBeHookId } from './hook-row.js';
import type { Keyring } from './keyring.js';
import type { LoginPool } from './login-pool.js';
import { recordTaskResults, type NewRecord } from './record-task-results.js';
import { openHmacSecret } from './sealing.js';
import { UndecidedLimit } from './undecided-limit.js';

/** Limits that accept enforces. */
export interface HookStoreOptions {
  /** Undecided task results that one organization may hold. */
  readonly undecidedLimit: number;
}

/** Ingress' view: a few functions of the database; requests that arrive together share a round trip (ADR 12). */
export class PostgresHookStore implements HookStore {
  readonly #hooks: HookCache;
  readonly #limit: UndecidedLimit;
  readonly #records: Batches<NewRecord, RecordAnswer>;

  constructor(
    private readonly pool: LoginPool,
    private readonly keyring: Keyring,
    { undecidedLimit }: HookStoreOptions,
  ) {
    this.#hooks = new HookCache(pool, keyring);
    this.#limit = new UndecidedLimit(pool, undecidedLimit);
    this.#records = new Batches((records) => recordTaskResults(pool, records));
  }

  rememberedHook(hookId: string): Promise<Hook | null> {
    return Promise.resolve(this.#hooks.remembered(hookId)?.hook ?? null);
  }

  async findHook(hookId: string): Promise<Hook | null> {
    return (await this.#hooks.find(hookId))?.hook ?? null;
  }

  async recordTaskResult(taskResult: NewTaskResult): Promise<RecordAnswer> {
    const { hook } = taskResult;
    const found = this.#hooks.remembered(hook.hookId) ?? (await this.#hooks.find(hook.hookId));
    if (found === null) return { kind: 'refused' };
    if (await this.#limit.isOver(hook.organizationId)) return { kind: 'over_limit' };
    const answer = await this.#records.add({ taskResult, grantSeal: found.grantSeal });
    if (answer.kind === 'recorded') this.#limit.count(hook.organizationId);
    if (answer.kind === 'refused' || answer.kind === 'changed') this.#hooks.forget(hook.hookId);
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
    if (!canBeHookId(hookId)) return [];
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
}

/** Characters of a refusal's detail that are kept. */
const DETAIL_LIMIT = 500;

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
