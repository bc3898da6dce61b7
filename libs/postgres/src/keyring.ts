import { createPublicKey, type KeyObject } from 'node:crypto';
import { AuditKeys } from './audit/audit-keys.js';
import { PostgresError } from './errors.js';
import { shortKeyId, type DerivedKey, type MasterKeys, type Purpose } from './master-keys.js';
import { Secret } from './secret.js';
import { privateKeyFromSeed } from './x25519.js';

/** Every purpose; a process that serves fewer roles is handed fewer. */
export const PURPOSES: readonly Purpose[] = ['hmac', 'grant', 'fingerprint', 'audit', 'sso'];

/** The keys that one process holds: those of its purposes, and the public half of what seals grants' keys. */
export class Keyring {
  readonly #hmac: ReadonlyMap<string, Secret<Buffer>>;
  readonly #grant: ReadonlyMap<string, Secret<KeyObject>>;
  readonly #fingerprint: readonly Secret<Buffer>[];
  readonly #audit: readonly DerivedKey[];
  readonly #sso: ReadonlyMap<string, Secret<Buffer>>;
  readonly newestId: Buffer;
  /** Wraps organizations' private keys: whoever makes an organization need not be able to open its grants. */
  readonly grantPublicKey: KeyObject;

  constructor(masterKeys: MasterKeys, purposes: readonly Purpose[]) {
    const keysFor = (purpose: Purpose): readonly DerivedKey[] =>
      purposes.includes(purpose) ? masterKeys.derive(purpose) : [];
    const [newest] = masterKeys.derive('grant');
    this.newestId = newest.masterKeyId;
    this.grantPublicKey = createPublicKey(privateKeyFromSeed(newest.key.reveal()));
    this.#hmac = byId(keysFor('hmac'));
    this.#sso = byId(keysFor('sso'));
    this.#grant = new Map(
      keysFor('grant').map(({ masterKeyId, key }) => [
        masterKeyId.toString('hex'),
        new Secret(privateKeyFromSeed(key.reveal())),
      ]),
    );
    this.#fingerprint = keysFor('fingerprint').map(({ key }) => key);
    this.#audit = keysFor('audit');
  }

  /** Whether what names this master key can be opened here at all. */
  lists(masterKeyId: Buffer): boolean {
    return this.#hmac.has(masterKeyId.toString('hex'));
  }

  /** What wraps data keys of HMAC keys. @throws PostgresError `bad_key` when this process does not hold it. */
  findHmacKey(masterKeyId: Buffer): Buffer {
    return held('hmac', this.#hmac, masterKeyId);
  }

  /** What opens data keys of grants. @throws PostgresError `bad_key` when this process does not hold it. */
  findGrantKey(masterKeyId: Buffer): KeyObject {
    return held('grant', this.#grant, masterKeyId);
  }

  /** What seals secrets of sign-in. @throws PostgresError `bad_key` when this process does not hold it. */
  findSsoKey(masterKeyId: Buffer): Buffer {
    return held('sso', this.#sso, masterKeyId);
  }

  /** Keys of keyed fingerprints, newest first. */
  fingerprintKeys(): readonly Buffer[] {
    return this.#fingerprint.map((key) => key.reveal());
  }

  /** What signs audit trails. @throws PostgresError `bad_key` when this process does not hold it. */
  auditKeys(): AuditKeys {
    return new AuditKeys(this.#audit);
  }
}

function byId(keys: readonly DerivedKey[]): ReadonlyMap<string, Secret<Buffer>> {
  return new Map(keys.map(({ masterKeyId, key }) => [masterKeyId.toString('hex'), key]));
}

function held<T>(purpose: Purpose, keys: ReadonlyMap<string, Secret<T>>, masterKeyId: Buffer): T {
  const key = keys.get(masterKeyId.toString('hex'));
  if (key !== undefined) return key.reveal();
  throw new PostgresError(
    'bad_key',
    `This process holds no key for "${purpose}" from master key ${shortKeyId(masterKeyId)}. List that key in RUNGATE_ENCRYPTION_KEY.`,
  );
}
