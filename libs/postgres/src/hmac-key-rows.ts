import type { Ids, PutRunTask } from '@rungate/run-task';
import { PostgresError } from './errors.js';
import type { Prisma } from './generated/client.js';
import type { Keyring } from './keyring.js';
import { bytes } from './organization-store.js';
import { displayFingerprint, keyedFingerprints, sealHmacSecret } from './sealing.js';

type Tx = Prisma.TransactionClient;

/** Makes the wanted key the newest of its run task; the others retire after the overlap. */
export async function placeHmacKey(
  tx: Tx,
  { keyring, ids }: { readonly keyring: Keyring; readonly ids: Ids },
  { organizationId, runTaskId, hmacKey, overlapHours }: PutRunTask & { readonly runTaskId: string },
): Promise<'placed' | 'kept' | 'in_use'> {
  const fingerprints = keyedFingerprints(keyring, hmacKey.secret);
  const known = await tx.hmacKey.findFirst({
    where: {
      organizationId,
      runTaskId,
      keyedFingerprint: { in: fingerprints.map(bytes) },
      state: { not: 'revoked' },
    },
    select: { id: true, state: true },
  });
  if (known?.state === 'active') return 'kept';
  if (await isInUse(tx, fingerprints, runTaskId)) return 'in_use';
  await tx.$executeRaw`
    UPDATE hmac_keys SET state = 'retiring', retires_at = now() + ${overlapHours}::float8 * interval '1 hour'
    WHERE organization_id = ${organizationId}::uuid AND run_task_id = ${runTaskId}::uuid AND state = 'active'`;
  const revived = await revive(tx, organizationId, known?.id);
  if (!revived) {
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
  return 'placed';
}

async function isInUse(tx: Tx, fingerprints: readonly Buffer[], runTaskId: string): Promise<boolean> {
  const hex = fingerprints.map((fingerprint) => fingerprint.toString('hex'));
  const rows = await tx.$queryRaw<{ taken: boolean }[]>`
    SELECT hmac_key_in_use(ARRAY(SELECT decode(f, 'hex') FROM unnest(${hex}::text[]) f), ${runTaskId}::uuid) AS taken`;
  return rows[0]?.taken === true;
}

/** A key that was retiring becomes the newest again. */
async function revive(tx: Tx, organizationId: string, hmacKeyId: string | undefined): Promise<boolean> {
  if (hmacKeyId === undefined) return false;
  const { count } = await tx.hmacKey.updateMany({
    where: { organizationId, id: hmacKeyId, state: 'retiring' },
    data: { state: 'active', retiresAt: null },
  });
  return count > 0;
}

async function hmacDataKey(
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
