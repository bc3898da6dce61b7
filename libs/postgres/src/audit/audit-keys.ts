import { createHmac, timingSafeEqual } from 'node:crypto';
import { PostgresError } from '../errors.js';
import type { DerivedKey } from '../master-keys.js';

/** What a signature of the audit trail is for: one made for a purpose is none for another. */
export type AuditSubject = 'event' | 'link' | 'head' | 'checkpoint';

/** A signature, and the id of the master key whose audit key made it. */
export interface AuditSignature {
  readonly keyId: Buffer;
  readonly signature: Buffer;
}

/** What a signature is found to be; `unknown_key` when no listed master key made it. */
export type Judged = 'valid' | 'invalid' | 'unknown_key';

/** The keys that sign audit trails, newest first: derived from the master keys, and never in the database. */
export class AuditKeys {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #newest: { readonly keyId: Buffer; readonly key: Buffer };

  /** @throws PostgresError `bad_key` when there is none. */
  constructor(keys: readonly DerivedKey[]) {
    const [newest] = keys;
    if (newest === undefined) throw new PostgresError('bad_key', 'This process was not handed the purpose "audit".');
    this.#newest = { keyId: newest.masterKeyId, key: newest.key.reveal() };
    this.#keys = new Map(keys.map(({ masterKeyId, key }) => [masterKeyId.toString('hex'), key.reveal()]));
  }

  /** HMAC-SHA-256 under the newest key. */
  sign(subject: AuditSubject, parts: readonly unknown[]): AuditSignature {
    const { keyId, key } = this.#newest;
    return { keyId, signature: hmac(key, subject, parts) };
  }

  judge(subject: AuditSubject, parts: readonly unknown[], { keyId, signature }: AuditSignature): Judged {
    const key = this.#keys.get(keyId.toString('hex'));
    if (key === undefined) return 'unknown_key';
    const wanted = hmac(key, subject, parts);
    return wanted.length === signature.length && timingSafeEqual(wanted, signature) ? 'valid' : 'invalid';
  }
}

function hmac(key: Buffer, subject: AuditSubject, parts: readonly unknown[]): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify(['rungate audit v1', subject, ...parts]))
    .digest();
}
