import type { Grant } from '@rungate/run-task';
import { PostgresError } from './errors.js';
import type { Keyring } from './keyring.js';
import { agreementOf, keyAgreedFor, openAgreed } from './sealed-box.js';
import { unwrapGrant, type DataKey } from './data-keys.js';
import { expectKey, grantContext, type GrantRow } from './sealing.js';
import type { Secret } from './secret.js';
import { privateKeyFrom } from './x25519.js';

/** Agreed keys that are remembered: a grant is opened to evaluate, and soon again to deliver. */
const REMEMBERED = 1_000;

/** Opens grants; only in a process that holds the purpose `grant`. */
export class GrantOpener {
  readonly #agreed = new Map<string, Secret<Buffer>>();

  constructor(private readonly keyring: Keyring) {}

  /** @throws PostgresError `unseal_failed` or `bad_key`. */
  open(dataKey: DataKey, row: GrantRow, sealed: Buffer): Grant {
    expectKey(sealed, dataKey.id);
    const opened = openAgreed(this.#keyFor(dataKey, sealed), grantContext(row), sealed);
    return parse(opened, row);
  }

  #keyFor(dataKey: DataKey, sealed: Buffer): Secret<Buffer> {
    const name = `${dataKey.organizationId} ${agreementOf(sealed)}`;
    const known = this.#agreed.get(name);
    if (known !== undefined) return known;
    const key = keyAgreedFor(unwrap(this.keyring, dataKey), sealed);
    if (this.#agreed.size >= REMEMBERED) this.#agreed.clear();
    this.#agreed.set(name, key);
    return key;
  }
}

function unwrap(keyring: Keyring, dataKey: DataKey): ReturnType<typeof privateKeyFrom> {
  return privateKeyFrom(unwrapGrant(keyring, dataKey));
}

function parse(opened: Buffer, { taskResultId }: GrantRow): Grant {
  const parts: unknown = JSON.parse(opened.toString('utf8'));
  const members: readonly unknown[] = Array.isArray(parts) ? parts : [];
  const [accessToken, callbackUrl, planJsonUrl, configurationUrl] = members;
  if (typeof accessToken !== 'string' || typeof callbackUrl !== 'string') {
    throw new PostgresError('bad_row', `The grant of task result ${taskResultId} has an unknown form.`);
  }
  return {
    accessToken,
    callbackUrl,
    planJsonUrl: textOrNull(planJsonUrl),
    configurationUrl: textOrNull(configurationUrl),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
