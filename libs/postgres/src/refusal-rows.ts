import { SIGNATURE_CAUSES, type RecordedRefusal, type RefusalPage } from '@rungate/run-task';
import type { Prisma } from './generated/client.js';
import { oneOf, oneOfOrNull } from './stored.js';

/** What a run task refused, newest minute first. */
export async function selectRefusals(
  tx: Prisma.TransactionClient,
  { organizationId, runTaskId, limit, after }: RefusalPage,
): Promise<readonly RecordedRefusal[]> {
  const rows = await tx.refusal.findMany({
    where: { organizationId, runTaskId, ...(after === null ? {} : { OR: before(after) }) },
    orderBy: [{ minute: 'desc' }, { reason: 'desc' }],
    take: limit,
    select: { reason: true, cause: true, minute: true, count: true, detail: true },
  });
  return rows.map((row) => ({
    ...row,
    reason: oneOf(
      ['bad_signature', 'not_json', 'not_a_request', 'callback_off_origin', 'origin_not_approved'],
      row.reason,
    ),
    cause: oneOfOrNull(SIGNATURE_CAUSES, row.cause),
  }));
}

function before({ minute, reason }: NonNullable<RefusalPage['after']>): Prisma.RefusalWhereInput[] {
  return [{ minute: { lt: minute } }, { minute, reason: { lt: reason } }];
}
