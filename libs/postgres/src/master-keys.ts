import { hkdfSync, randomBytes } from 'node:crypto';
import { PostgresError } from './errors.js';
import { Secret } from './secret.js';

/** What a derived key is for: a process is handed the purposes that its roles need. */
export type Purpose = 'hmac' | 'grant' | 'fingerprint' | 'audit' | 'sso';

/** Bytes of a master key, and of every key derived from one. */
export const KEY_BYTES = 32;
/** Bytes of the id that sealed bytes name their key by. */
export const KEY_ID_BYTES = 16;

/** The platform's master keys, newest first: the first one seals, all of them open. */
export class MasterKeys {
  readonly #keys: readonly Secret<Buffer>[];

  constructor(keys: readonly Secret<Buffer>[]) {
    this.#keys = keys;
  }

  /** Names of the keys, newest first: 8 hex digits that tell nothing of the key. */
  ids(): readonly string[] {
    return this.#keys.map((key) => shortKeyId(hkdf(key, 'id', KEY_ID_BYTES)));
  }

  /** One key per master key for something, newest first, with the id of the master key that it comes from. */
  derive(info: string): readonly [DerivedKey, ...DerivedKey[]] {
    const [newest, ...older] = this.#keys.map((key) => ({
      masterKeyId: hkdf(key, 'id', KEY_ID_BYTES),
      key: new Secret(hkdf(key, info, KEY_BYTES)),
    }));
    if (newest === undefined) throw new PostgresError('bad_key', 'There is no master key.');
    return [newest, ...older];
  }
}

/** A key derived for one purpose, and the id of the master key that it came from. */
export interface DerivedKey {
  readonly masterKeyId: Buffer;
  readonly key: Secret<Buffer>;
}

/**
 * Reads the keys of `RUNGATE_ENCRYPTION_KEY`: base64 of 32 bytes each, newest first.
 * @throws PostgresError `bad_key`.
 */
export function parseMasterKeys(encoded: readonly string[]): MasterKeys {
  const keys = encoded.map((text) => Buffer.from(text, 'base64'));
  const wrong = keys.findIndex((key) => key.length !== KEY_BYTES);
  if (keys.length === 0 || wrong !== -1) {
    throw new PostgresError(
      'bad_key',
      `Key ${wrong + 1} of RUNGATE_ENCRYPTION_KEY is not base64 of ${KEY_BYTES} bytes. Make one with: openssl rand -base64 ${KEY_BYTES}`,
    );
  }
  return new MasterKeys(keys.map((key) => new Secret(key)));
}

/** How people are told of a master key: the first 8 hex digits of its id. */
export function shortKeyId(masterKeyId: Buffer): string {
  return masterKeyId.toString('hex', 0, 4);
}

/** A new master key, in the form that `RUNGATE_ENCRYPTION_KEY` takes. */
export function newMasterKey(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}

function hkdf(key: Secret<Buffer>, info: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key.reveal(), 'rungate master key v1', info, length));
}
