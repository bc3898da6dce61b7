import { Client, type ClientBase } from 'pg';
import { PostgresError } from '../errors.js';
import { Keyring, PURPOSES } from '../keyring.js';
import { openLogins } from '../logins.js';
import { shortKeyId, type MasterKeys } from '../master-keys.js';
import { openLoginPool } from '../open-login-pool.js';
import { connectionsWithout, keyHolders } from './key-holders.js';
import { rotateSsoSecrets } from './rotate-sso-secrets.js';
import { wrappingKeys, rotateOrganizations, type Counted, type SharedKey } from './rotate-organizations.js';

/** What to rotate, and as whom. */
export interface RotationOptions {
  /** The login that migrates: it sets the passwords of the others, and may act as the owner of their functions. */
  readonly url: string;
  /** The new key first, then those that it replaces. */
  readonly masterKeys: MasterKeys;
  /** Counts, and changes nothing. */
  readonly dryRun: boolean;
  readonly onProgress?: ((progress: RotationProgress) => void) | undefined;
}

/** How far a rotation is; the second pass looks for what was added or held meanwhile. */
export interface RotationProgress {
  readonly pass: number;
  readonly organizations: number;
  readonly of: number;
}

/** What a rotation did, or would do. Keys are named by 8 hex digits of their ids. */
export interface Rotation {
  readonly newestKey: string;
  /** Organizations' keys that the newest master key wraps now. */
  readonly dataKeys: Counted;
  /** Keyed fingerprints of HMAC keys. */
  readonly fingerprints: Counted;
  /** Client secrets of connections for sign-in. */
  readonly clientSecrets: Counted;
  /** HMAC keys that two run tasks use: their fingerprints stay as they are. */
  readonly sharedKeys: readonly SharedKey[];
  /** Master keys that wrap something and are not listed. */
  readonly unknownKeys: readonly string[];
  /** Connections of processes that still use an older key for what is new. */
  readonly lagging: number;
  /** Older keys that signed parts of the audit trails: `audit-verify` needs them, no process that serves does. */
  readonly auditKeys: readonly string[];
  /** Older keys that may be taken off every list. */
  readonly noLongerNeeded: readonly string[];
  /** Older keys that must stay for now. */
  readonly stillNeeded: readonly string[];
}

/** A pass that found nothing to do ends it; more are needed only while others write. */
const PASSES = 10;

/**
 * Puts everything under the newest master key while the platform serves: passwords of the logins, organizations' data
 * keys, keyed fingerprints. Small statements, each complete in itself: what is done stays done, and doing it again changes
 * nothing.
 * @throws PostgresError `key_not_everywhere` when a running process does not list the newest key.
 */
export async function rotateKeys(options: RotationOptions): Promise<Rotation> {
  const client = new Client({ connectionString: options.url, application_name: 'rungate_rotation' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`SET lock_timeout = '5s'; SET statement_timeout = '60s'`);
    return await rotate(client, options);
  } finally {
    await client.end();
  }
}

async function rotate(client: ClientBase, options: RotationOptions): Promise<Rotation> {
  const { masterKeys, dryRun, onProgress } = options;
  const [newestKey = '', ...older] = masterKeys.ids();
  await requireEverywhere(client, newestKey);
  if (!dryRun) await openLogins(client, masterKeys);
  // What may touch sealed columns of all organizations; no serving login may.
  await client.query('SET ROLE rungate_definer');
  const keyring = new Keyring(masterKeys, PURPOSES);
  const clientSecrets: Counted[] = [];
  const passes: Awaited<ReturnType<typeof rotateOrganizations>>[] = [];
  for (let pass = 1; pass <= (dryRun ? 1 : PASSES); pass++) {
    const done = await rotateOrganizations(client, {
      keyring,
      dryRun,
      onProgress: (organizations, of) => onProgress?.({ pass, organizations, of }),
    });
    passes.push(done);
    const secrets = await rotateSsoSecrets(client, { keyring, listed: masterKeys.ids(), dryRun });
    clientSecrets.push(secrets);
    if (done.changed + secrets.changed === 0) break;
  }
  const last = passes.at(-1);
  const wrapping = await wrappingKeys(client);
  const lagging = connectionsWithout(await keyHolders(client), newestKey, 'first');
  const sharedKeys = last?.sharedKeys ?? [];
  const isNeeded = (key: string): boolean => dryRun || wrapping.includes(key) || sharedKeys.length > 0 || lagging > 0;
  return {
    newestKey,
    dataKeys: total(passes.map(({ dataKeys }) => dataKeys)),
    fingerprints: total(passes.map(({ fingerprints }) => fingerprints)),
    clientSecrets: total(clientSecrets),
    sharedKeys,
    unknownKeys: wrapping.filter((key) => key !== newestKey && !older.includes(key)),
    lagging,
    auditKeys: (await auditKeys(options)).filter((key) => older.includes(key)),
    noLongerNeeded: older.filter((key) => !isNeeded(key)),
    stillNeeded: older.filter(isNeeded),
  };
}

async function requireEverywhere(client: ClientBase, newestKey: string): Promise<void> {
  const without = connectionsWithout(await keyHolders(client), newestKey, 'any');
  if (without === 0) return;
  throw new PostgresError(
    'key_not_everywhere',
    `Running processes (${without} connections) do not list the newest key ${newestKey}, and could not open what it wraps. ` +
      'Add it at the end of RUNGATE_ENCRYPTION_KEY of every process and restart them one by one, then move it to the front.',
  );
}

/** Who signed audit trails, asked as operators read them: the login that migrates sees no rows. */
async function auditKeys(options: RotationOptions): Promise<readonly string[]> {
  const pool = openLoginPool('rungate_platform', { ...options, pools: { rungate_platform: 1 } });
  try {
    const { rows } = await pool.query<{ key_id: Buffer }>('SELECT DISTINCT key_id FROM audit_chain');
    return rows.map(({ key_id: keyId }) => shortKeyId(keyId));
  } finally {
    await pool.end();
  }
}

/** What all passes changed, and what was left as it was in the end. */
function total(counts: readonly Counted[]): Counted {
  const changed = counts.reduce((sum, count) => sum + count.changed, 0);
  const last = counts.at(-1) ?? { changed: 0, unchanged: 0 };
  return { changed, unchanged: Math.max(0, last.changed + last.unchanged - changed) };
}
