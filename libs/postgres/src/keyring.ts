import { createPublicKey, type KeyObject } from 'node:crypto';
import { PostgresError } from './errors.js';
import type { DerivedKey, MasterKeys, Purpose } from './master-keys.js';
import { privateKeyFrom } from './sealed-box.js';
import type { Secret } from './secret.js';

export const PURPOSES: readonly Purpose[] = ['hmac', 'grant', 'fingerprint'];

/** The keys that one process holds: those of its purposes, and the public half of what seals grants' keys. */
export class Keyring {
  readonly #held = new Map<string, Secret<Buffer>>();
  readonly #fingerprint: readonly Secret<Buffer>[];
  readonly newestId: Buffer;
  /** Wraps organizations' private keys: whoever makes an organization need not be able to open its grants. */
  readonly grantPublicKey: KeyObject;

  constructor(masterKeys: MasterKeys, purposes: readonly Purpose[]) {
    const [newest] = masterKeys.derive('grant');
    this.newestId = newest.masterKeyId;
    this.grantPublicKey = createPublicKey(privateKeyFrom(newest.key.reveal()));
    for (const purpose of purposes) {
      for (const derived of masterKeys.derive(purpose)) this.#held.set(nameOf(purpose, derived), derived.key);
    }
    this.#fingerprint = purposes.includes('fingerprint') ? masterKeys.derive('fingerprint').map(({ key }) => key) : [];
  }

  /** @throws PostgresError `bad_key` when this process was not handed that purpose, or not that master key. */
  find(purpose: Purpose, masterKeyId: Buffer): Buffer {
    const key = this.#held.get(nameOf(purpose, { masterKeyId }));
    if (key !== undefined) return key.reveal();
    throw new PostgresError(
      'bad_key',
      `This process holds no key for "${purpose}" from master key ${masterKeyId.toString('hex', 0, 4)}. List that key in RUNGATE_ENCRYPTION_KEY.`,
    );
  }

  /** Keys of keyed fingerprints, newest first. */
  fingerprintKeys(): readonly Buffer[] {
    return this.#fingerprint.map((key) => key.reveal());
  }
}

function nameOf(purpose: Purpose, { masterKeyId }: Pick<DerivedKey, 'masterKeyId'>): string {
  return `${purpose}:${masterKeyId.toString('hex')}`;
}
