import type { Ids, PutRunTask } from '@rungate/run-task';
import { PostgresError } from './errors.js';
import type { Prisma } from './generated/client.js';
import type { Keyring } from './keyring.js';
import { bytes } from './organization-store.js';
import { displayFingerprint, keyedFingerprints, sealHmacSecret } from './sealing.js';

type Tx = Prisma.TransactionClient;

/** What the rows of keys are made with. */
export interface HmacKeyPorts {
  readonly keyring: Keyring;
  readonly ids: Ids;
}

/** A key that a PUT asks for, and the run task that it is for. */
export type WantedKey = Pick<PutRunTask, 'organizationId' | 'hmacKey' | 'overlapHours'> & {
  readonly runTaskId: string;
};

/** Whether the run task has this key already, may have it, or another run task uses it. */
export async function judgeHmacKey(
  tx: Tx,
  { keyring }: HmacKeyPorts,
  { organizationId, runTaskId, hmacKey }: WantedKey,
): Promise<'kept' | 'wanted' | 'in_use'> {
  const fingerprints = keyedFingerprints(keyring, hmacKey.secret);
  const known = await tx.hmacKey.findFirst({
    where: { organizationId, runTaskId, keyedFingerprint: { in: fingerprints.map(bytes) }, state: 'active' },
    select: { id: true },
  });
  if (known !== null) return 'kept';
  return (await isInUse(tx, fingerprints, runTaskId)) ? 'in_use' : 'wanted';
}

/** Makes the wanted key the newest of its run task; the others retire after the overlap. */
export async function placeHmacKey(tx: Tx, { keyring, ids }: HmacKeyPorts, wanted: WantedKey): Promise<void> {
  const { organizationId, runTaskId, hmacKey, overlapHours } = wanted;
  await tx.$executeRaw`
    UPDATE hmac_keys SET state = 'retiring', retires_at = now() + ${overlapHours}::float8 * interval '1 hour'
    WHERE organization_id = ${organizationId}::uuid AND run_task_id = ${runTaskId}::uuid AND state = 'active'`;
  const fingerprints = keyedFingerprints(keyring, hmacKey.secret);
  const { count: revived } = await tx.hmacKey.updateMany({
    where: { organizationId, runTaskId, keyedFingerprint: { in: fingerprints.map(bytes) }, state: 'retiring' },
    data: { state: 'active', retiresAt: null },
  });
  if (revived > 0) return;
  const row = { organizationId, runTaskId, hmacKeyId: ids.next() };
  const sealedSecret = sealHmacSecret(keyring, await hmacDataKey(tx, organizationId), row, hmacKey.secret);
  await tx.hmacKey.createMany({
    data: [
      {
        id: row.hmacKeyId,
        organizationId,
        runTaskId,
        sealedSecret: bytes(sealedSecret),
        keyedFingerprint: bytes(fingerprints[0]),
        fingerprint: displayFingerprint(hmacKey.secret),
      },
    ],
  });
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
