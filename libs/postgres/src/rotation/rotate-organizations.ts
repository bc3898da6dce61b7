import type { ClientBase } from 'pg';
import { isNewest, rewrap, type DataKey, type DataKeyPurpose } from '../data-keys.js';
import { errorCode } from '../error-code.js';
import type { Keyring } from '../keyring.js';
import { shortKeyId } from '../master-keys.js';
import { keyIdOf } from '../sealed-box.js';
import { keyedFingerprints, openHmacSecret } from '../sealing.js';

/** How much changed, and how much was right already. */
export interface Counted {
  readonly changed: number;
  readonly unchanged: number;
}

/** An HMAC key that another run task uses, too. */
export interface SharedKey {
  readonly organization: string;
  readonly runTask: string;
  readonly fingerprint: string;
}

/** What one pass over all organizations did. */
export interface Pass {
  readonly dataKeys: Counted;
  readonly fingerprints: Counted;
  readonly sharedKeys: readonly SharedKey[];
  /** Rows of either kind that changed, or that somebody else held and that come again. */
  readonly changed: number;
}

interface PassOptions {
  readonly keyring: Keyring;
  readonly dryRun: boolean;
  readonly onProgress: (organizations: number, of: number) => void;
}

/** Organizations that share statements: a tenth of a second of work. */
const BATCH = 200;

/** Brings every organization's data keys and fingerprints under the newest master key. */
export async function rotateOrganizations(client: ClientBase, options: PassOptions): Promise<Pass> {
  const { rows } = await client.query<{ id: string }>('SELECT id FROM organizations ORDER BY id');
  const dataKeys = { changed: 0, unchanged: 0 };
  const fingerprints = { changed: 0, unchanged: 0 };
  const sharedKeys: SharedKey[] = [];
  let changed = 0;
  for (let from = 0; from < rows.length; from += BATCH) {
    const batch = rows.slice(from, from + BATCH).map(({ id }) => id);
    const keys = await rewrapDataKeys(client, options, batch);
    const prints = await renewFingerprints(client, options, batch);
    add(dataKeys, keys);
    add(fingerprints, prints);
    sharedKeys.push(...prints.sharedKeys);
    changed += keys.changed + prints.changed + prints.held;
    options.onProgress(Math.min(from + BATCH, rows.length), rows.length);
  }
  return { dataKeys, fingerprints, sharedKeys, changed };
}

/** Short ids of the master keys that wrap something. */
export async function wrappingKeys(client: ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<{ wrapped: Buffer }>(
    `SELECT substring(wrapped FROM 1 FOR 18) AS wrapped FROM data_keys
     UNION SELECT substring(sealed_client_secret FROM 1 FOR 18) FROM sso_connections WHERE sealed_client_secret IS NOT NULL`,
  );
  return [...new Set(rows.map(({ wrapped }) => shortKeyId(keyIdOf(wrapped))))].sort();
}

interface DataKeyRow {
  readonly organization_id: string;
  readonly id: string;
  readonly purpose: DataKeyPurpose;
  readonly wrapped: Buffer;
}

async function rewrapDataKeys(
  client: ClientBase,
  { keyring, dryRun }: PassOptions,
  organizationIds: readonly string[],
): Promise<Counted> {
  const { rows } = await client.query<DataKeyRow>(
    'SELECT organization_id, id, purpose, wrapped FROM data_keys WHERE organization_id = ANY ($1)',
    [organizationIds],
  );
  const older = rows
    .map((row) => ({ row, dataKey: dataKeyOf(row) }))
    .filter(({ dataKey }) => !isNewest(keyring, dataKey) && keyring.lists(keyIdOf(dataKey.wrapped)));
  if (dryRun || older.length === 0) return { changed: older.length, unchanged: rows.length - older.length };
  // Only what is still as it was read: another rotation may run at the same time.
  const { rowCount } = await client.query(
    `UPDATE data_keys k SET wrapped = n.after
     FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::bytea[]) AS n (organization_id, id, before, after)
     WHERE k.organization_id = n.organization_id AND k.id = n.id AND k.wrapped = n.before`,
    [
      older.map(({ dataKey }) => dataKey.organizationId),
      older.map(({ dataKey }) => dataKey.id),
      older.map(({ dataKey }) => dataKey.wrapped),
      older.map(({ row, dataKey }) => rewrap(keyring, row.purpose, dataKey)),
    ],
  );
  return { changed: rowCount ?? 0, unchanged: rows.length - (rowCount ?? 0) };
}

function dataKeyOf({ organization_id, id, wrapped }: DataKeyRow): DataKey {
  return { organizationId: organization_id, id, wrapped };
}

interface HmacKeyRow extends DataKeyRow {
  readonly organization: string;
  readonly run_task_id: string;
  readonly run_task: string;
  readonly hmac_key_id: string;
  readonly sealed_secret: Buffer;
  readonly keyed_fingerprint: Buffer;
  readonly fingerprint: string;
}

interface Renewed extends Counted {
  /** Rows that somebody else held. */
  readonly held: number;
  readonly sharedKeys: readonly SharedKey[];
}

async function renewFingerprints(
  client: ClientBase,
  { keyring, dryRun }: PassOptions,
  organizationIds: readonly string[],
): Promise<Renewed> {
  const { rows } = await client.query<HmacKeyRow>(
    `SELECT d.organization_id, d.id, d.purpose, d.wrapped, o.slug AS organization, k.run_task_id, t.name AS run_task,
            k.id AS hmac_key_id, k.sealed_secret, k.keyed_fingerprint, k.fingerprint
     FROM hmac_keys k
     JOIN organizations o ON o.id = k.organization_id
     JOIN run_tasks t ON t.organization_id = k.organization_id AND t.id = k.run_task_id
     JOIN data_keys d ON d.organization_id = k.organization_id AND d.purpose = 'hmac'
     WHERE k.organization_id = ANY ($1) ORDER BY k.id`,
    [organizationIds],
  );
  const wanted = rows
    .filter((row) => keyring.lists(keyIdOf(row.wrapped)))
    .map((row) => ({ row, after: newestFingerprint(keyring, row) }))
    .filter(({ row, after }) => !row.keyed_fingerprint.equals(after));
  const unchanged = rows.length - wanted.length;
  if (dryRun || wanted.length === 0) return { changed: wanted.length, unchanged, held: 0, sharedKeys: [] };
  try {
    const changed = await writeFingerprints(client, wanted);
    return { changed, unchanged, held: wanted.length - changed, sharedKeys: [] };
  } catch (error) {
    if (errorCode(error) !== UNIQUE_VIOLATION) throw error;
    return { unchanged, ...(await writeOneByOne(client, wanted)) };
  }
}

interface NewFingerprint {
  readonly row: HmacKeyRow;
  readonly after: Buffer;
}

const UNIQUE_VIOLATION = '23505';

/** Rows that a rotation of their HMAC key holds now are left for the next pass: waiting for them could be a deadlock. */
async function writeFingerprints(client: ClientBase, wanted: readonly NewFingerprint[]): Promise<number> {
  const { rowCount } = await client.query(
    `WITH free AS (
       SELECT id FROM hmac_keys WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
     )
     UPDATE hmac_keys k SET keyed_fingerprint = n.after
     FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS n (id, before, after) JOIN free ON free.id = n.id
     WHERE k.id = n.id AND k.keyed_fingerprint = n.before`,
    [
      wanted.map(({ row }) => row.hmac_key_id),
      wanted.map(({ row }) => row.keyed_fingerprint),
      wanted.map(({ after }) => after),
    ],
  );
  return rowCount ?? 0;
}

/** Two run tasks got one key while processes with different lists compared different fingerprints. */
async function writeOneByOne(
  client: ClientBase,
  wanted: readonly NewFingerprint[],
): Promise<Omit<Renewed, 'unchanged'>> {
  const sharedKeys: SharedKey[] = [];
  let changed = 0;
  for (const one of wanted) {
    try {
      changed += await writeFingerprints(client, [one]);
    } catch (error) {
      if (errorCode(error) !== UNIQUE_VIOLATION) throw error;
      const { organization, run_task: runTask, fingerprint } = one.row;
      sharedKeys.push({ organization, runTask, fingerprint });
    }
  }
  return { changed, held: wanted.length - changed - sharedKeys.length, sharedKeys };
}

function newestFingerprint(keyring: Keyring, row: HmacKeyRow): Buffer {
  const { organization_id: organizationId, run_task_id: runTaskId, hmac_key_id: hmacKeyId } = row;
  const secret = openHmacSecret(keyring, dataKeyOf(row), { organizationId, runTaskId, hmacKeyId }, row.sealed_secret);
  return keyedFingerprints(keyring, secret)[0];
}

function add(sum: { changed: number; unchanged: number }, { changed, unchanged }: Counted): void {
  sum.changed += changed;
  sum.unchanged += unchanged;
}
