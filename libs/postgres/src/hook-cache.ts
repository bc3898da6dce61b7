import type { Hook, HmacKey } from '@rungate/run-task';
import { Batches } from './batches.js';
import { canBeHookId, findHookRows, hookOf, openKeys, type HookRow } from './hook-row.js';
import type { Keyring } from './keyring.js';
import type { LoginPool } from './login-pool.js';
import { grantSeal, type GrantSeal } from './sealing.js';

/** How long a hook and its keys may be believed; the insert looks again at what must act at once. */
const BELIEVED_MS = 2_000;
/** How long grants of an organization are sealed with one agreement: dear to make, and what it seals opens with its half. */
const SEAL_MS = 60_000;
const SIZE = 20_000;

/** A hook, and what seals the grants of its organization. */
export interface FoundHook {
  readonly hook: Hook;
  readonly grantSeal: GrantSeal;
}

interface Known extends FoundHook {
  readonly sealed: Buffer;
  readonly keys: readonly HmacKey[];
  readonly believedUntil: number;
  readonly sealUntil: number;
}

/**
 * Hooks by their ids. With thousands of organizations hardly any is still believed when it is asked for again: then many
 * share a statement, and what is dear to make of a row is kept while its sealed bytes stay the same.
 */
export class HookCache {
  readonly #known = new Map<string, Known>();
  readonly #finding = new Map<string, Promise<FoundHook | null>>();
  readonly #rows: Batches<string, HookRow | null>;

  constructor(
    pool: LoginPool,
    private readonly keyring: Keyring,
  ) {
    this.#rows = new Batches((hookIds) => findHookRows(pool, hookIds));
  }

  /** Null when there is no such hook: that is never remembered. */
  find(hookId: string): Promise<FoundHook | null> {
    const known = this.#known.get(hookId);
    if (known !== undefined && known.believedUntil > performance.now()) return Promise.resolve(known);
    if (!canBeHookId(hookId)) return Promise.resolve(null);
    const finding = this.#finding.get(hookId) ?? this.#find(hookId);
    this.#finding.set(hookId, finding);
    return finding;
  }

  async #find(hookId: string): Promise<FoundHook | null> {
    try {
      const row = await this.#rows.add(hookId);
      if (row === null) {
        this.#known.delete(hookId);
        return null;
      }
      const found = this.#made(hookId, row);
      if (this.#known.size >= SIZE) this.#known.clear();
      this.#known.set(hookId, found);
      return found;
    } finally {
      this.#finding.delete(hookId);
    }
  }

  #made(hookId: string, row: HookRow): Known {
    const now = performance.now();
    const earlier = this.#known.get(hookId);
    const sealed = Buffer.concat([row.hmac_data_key, ...row.sealed_secrets]);
    const keys = earlier?.sealed.equals(sealed) === true ? earlier.keys : openKeys(row, this.keyring);
    const reseals = earlier?.grantSeal.keyId === row.grant_key_id && earlier.sealUntil > now ? earlier : null;
    return {
      hook: hookOf(hookId, row, keys),
      grantSeal: reseals?.grantSeal ?? grantSeal(row.grant_key_id, row.grant_public_key),
      sealed,
      keys,
      believedUntil: now + BELIEVED_MS,
      sealUntil: reseals?.sealUntil ?? now + SEAL_MS,
    };
  }
}
