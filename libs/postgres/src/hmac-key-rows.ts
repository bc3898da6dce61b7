import { LIMITS, type HmacKeyInfo, type Ids, type KeyRejection } from '@rungate/run-task';
import { PostgresError } from './errors.js';
import type { Prisma } from './generated/client.js';
import type { Keyring } from './keyring.js';
import { bytes } from './organization-store.js';
import { HMAC_KEYS, keyInfos } from './run-task-row.js';
import { displayFingerprint, keyedFingerprints, sealHmacSecret } from './sealing.js';

type Tx = Prisma.TransactionClient;

/** What the rows of keys are made with. */
export interface HmacKeyPorts {
  readonly keyring: Keyring;
  readonly ids: Ids;
}

/** A key that somebody wants for a run task. */
export interface WantedKey {
  readonly organizationId: string;
  readonly runTaskId: string;
  readonly secret: string;
  /** How long the keys before it stay valid; 0 revokes them at once. */
  readonly overlapHours: number;
}

/** Whether the run task has this key as its newest already, may have it, or why not. */
export async function judgeHmacKey(
  tx: Tx,
  { keyring }: HmacKeyPorts,
  { organizationId, runTaskId, secret }: WantedKey,
): Promise<'kept' | 'wanted' | KeyRejection> {
  const fingerprints = keyedFingerprints(keyring, secret);
  if (await isInUse(tx, fingerprints, runTaskId)) return 'key_in_use';
  const rows = await tx.hmacKey.findMany({
    where: { organizationId, runTaskId },
    select: { state: true, keyedFingerprint: true },
  });
  const same = rows.filter(({ keyedFingerprint }) => fingerprints.some((known) => known.equals(keyedFingerprint)));
  if (same.some(({ state }) => state === 'active')) return 'kept';
  if (same.some(({ state }) => state === 'retiring')) return 'wanted';
  // Whoever keeps an old list of keys must not bring back one that was revoked, perhaps since it leaked.
  if (same.length > 0) return 'key_revoked';
  const counting = rows.filter(({ state }) => state !== 'revoked').length;
  return counting >= LIMITS.hmacKeys ? 'too_many_keys' : 'wanted';
}

/** Makes the wanted key the newest of its run task; the others retire after the overlap. */
export async function placeHmacKey(tx: Tx, { keyring, ids }: HmacKeyPorts, wanted: WantedKey): Promise<void> {
  const { organizationId, runTaskId, secret, overlapHours } = wanted;
  const fingerprints = keyedFingerprints(keyring, secret);
  await endOthers(tx, wanted);
  const { count: revived } = await tx.hmacKey.updateMany({
    where: { organizationId, runTaskId, keyedFingerprint: { in: fingerprints.map(bytes) }, state: 'retiring' },
    data: { state: 'active', retiresAt: null, overlapHours: null },
  });
  if (overlapHours === 0) await revokeRetiring(tx, wanted);
  if (revived > 0) return;
  const row = { organizationId, runTaskId, hmacKeyId: ids.next() };
  const sealedSecret = sealHmacSecret(keyring, await hmacDataKey(tx, organizationId), row, secret);
  await tx.hmacKey.createMany({
    data: [
      {
        id: row.hmacKeyId,
        organizationId,
        runTaskId,
        sealedSecret: bytes(sealedSecret),
        keyedFingerprint: bytes(fingerprints[0]),
        fingerprint: displayFingerprint(secret),
      },
    ],
  });
}

/** Ends a key at once. False when there is none of this id that counts. */
export async function revokeKey(
  tx: Tx,
  { organizationId, runTaskId }: Pick<WantedKey, 'organizationId' | 'runTaskId'>,
  id: string,
): Promise<boolean> {
  const changed = await tx.$executeRaw`
    UPDATE hmac_keys SET state = 'revoked', revoked_at = now(), retires_at = NULL
    WHERE organization_id = ${organizationId}::uuid AND run_task_id = ${runTaskId}::uuid AND id = ${id}::uuid
      AND state <> 'revoked'`;
  return changed > 0;
}

/** The keys of a run task: active before retiring before revoked, newest first. */
export async function keysOf(
  tx: Tx,
  { organizationId, runTaskId }: Pick<WantedKey, 'organizationId' | 'runTaskId'>,
): Promise<readonly HmacKeyInfo[]> {
  return keyInfos(await tx.hmacKey.findMany({ where: { organizationId, runTaskId }, ...HMAC_KEYS }));
}

async function endOthers(tx: Tx, { organizationId, runTaskId, overlapHours }: WantedKey): Promise<void> {
  await tx.$executeRaw`
    UPDATE hmac_keys SET state = 'retiring', overlap_hours = ${overlapHours}::float8,
      retires_at = now() + ${overlapHours}::float8 * interval '1 hour'
    WHERE organization_id = ${organizationId}::uuid AND run_task_id = ${runTaskId}::uuid AND state = 'active'`;
}

async function revokeRetiring(tx: Tx, { organizationId, runTaskId }: WantedKey): Promise<void> {
  await tx.$executeRaw`
    UPDATE hmac_keys SET state = 'revoked', revoked_at = now(), retires_at = NULL
    WHERE organization_id = ${organizationId}::uuid AND run_task_id = ${runTaskId}::uuid AND state = 'retiring'`;
}

/** Whether any run task uses this key. */
export function isHmacKeyInUse(tx: Tx, { keyring }: Pick<HmacKeyPorts, 'keyring'>, secret: string): Promise<boolean> {
  return isInUse(tx, keyedFingerprints(keyring, secret), NO_RUN_TASK);
}

const NO_RUN_TASK = '00000000-0000-0000-0000-000000000000';

async function isInUse(tx: Tx, fingerprints: readonly Buffer[], runTaskId: string): Promise<boolean> {
  const hex = fingerprints.map((fingerprint) => fingerprint.toString('hex'));
  const rows = await tx.$queryRaw<{ taken: boolean }[]>`
    SELECT hmac_key_in_use(ARRAY(SELECT decode(f, 'hex') FROM unnest(${hex}::text[]) f), ${runTaskId}::uuid) AS taken`;
  return rows[0]?.taken === true;
}

/** What seals the HMAC keys of an organization. @throws PostgresError `bad_row` */
export async function hmacDataKey(
  tx: Tx,
  organizationId: string,
): Promise<{ organizationId: string; id: string; wrapped: Buffer }> {
  const row = await tx.dataKey.findUnique({
    where: { organizationId_purpose: { organizationId, purpose: 'hmac' } },
    select: { id: true, wrapped: true },
  });
  if (row === null) throw new PostgresError('bad_row', `There is no organization ${organizationId} with a key.`);
  return { organizationId, id: row.id, wrapped: Buffer.from(row.wrapped) };
}
