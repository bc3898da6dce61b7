import type { Hook, HmacKey } from '@rungate/run-task';
import { Batches } from './batches.js';
import { canBeHookId, findHookRows, hookOf, openKeys, type HookRow } from './hook-row.js';
import type { Keyring } from './keyring.js';
import type { LoginPool } from './login-pool.js';
import { grantSeal, type GrantSeal } from './sealing.js';

/** How long a hook and its keys may be believed by whoever does not look again. */
const BELIEVED_MS = 2_000;
/** How long they are remembered for an insert that does. */
const REMEMBERED_MS = 60_000;
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
  readonly foundAt: number;
  readonly sealUntil: number;
}

/**
 * Hooks by their ids. Those that are looked for together share a statement, and what is dear to make of a row is kept
 * while its sealed bytes stay the same.
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

  /** What was found within the last minute; null when nothing was. */
  remembered(hookId: string): FoundHook | null {
    return this.#knownFor(hookId, REMEMBERED_MS);
  }

  /** It is not as it was found: the next who asks finds it anew. */
  forget(hookId: string): void {
    const known = this.#known.get(hookId);
    // What was dear to make of it is kept.
    if (known !== undefined) this.#known.set(hookId, { ...known, foundAt: Number.NEGATIVE_INFINITY });
  }

  /** Null when there is no such hook: that is never remembered. */
  find(hookId: string): Promise<FoundHook | null> {
    const known = this.#knownFor(hookId, BELIEVED_MS);
    if (known !== null) return Promise.resolve(known);
    if (!canBeHookId(hookId)) return Promise.resolve(null);
    const finding = this.#finding.get(hookId) ?? this.#find(hookId);
    this.#finding.set(hookId, finding);
    return finding;
  }

  #knownFor(hookId: string, ms: number): FoundHook | null {
    const known = this.#known.get(hookId);
    return known !== undefined && performance.now() - known.foundAt < ms ? known : null;
  }

  async #find(hookId: string): Promise<FoundHook | null> {
    try {
      const row = await this.#rows.add(hookId);
      if (row === null) {
        this.#known.delete(hookId);
        return null;
      }
      const found = this.#made(hookId, row);
      this.#remember(hookId, found);
      return found;
    } finally {
      this.#finding.delete(hookId);
    }
  }

  #remember(hookId: string, found: Known): void {
    const oldest = this.#known.size >= SIZE && !this.#known.has(hookId) ? this.#known.keys().next().value : undefined;
    if (oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(hookId, found);
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
      foundAt: now,
      sealUntil: reseals?.sealUntil ?? now + SEAL_MS,
    };
  }
}
