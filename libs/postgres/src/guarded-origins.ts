import type { Ids, OriginRecord, PutRunTask, StoredOrigin } from '@rungate/run-task';
import type { Prisma } from './generated/client.js';
import { findOrigins, hasRoomForOrigins, ORIGIN_FIELDS, originStatements } from './origin-rows.js';
import { runInPrisma, type Statement } from './statement.js';

/** What became of the origins of a run task that need approval. */
export type GuardedOrigins =
  { readonly kind: 'placed'; readonly changed: readonly string[] } | { readonly kind: 'over_limit' };

/**
 * Asks for the origins of a run task, or approves them where the one who sets it may. What an operator granted there
 * stays, and what he refused stays refused for everybody else.
 */
export async function placeGuardedOrigins(
  tx: Prisma.TransactionClient,
  ids: Ids,
  { organizationId, guardedOrigins: { origins, approve }, by }: PutRunTask,
): Promise<GuardedOrigins> {
  if (origins.length === 0) return { kind: 'placed', changed: [] };
  const stored = await findOrigins(tx, organizationId, origins);
  const wanted = [...new Set(origins)].flatMap((origin) => {
    const current = stored.find((each) => each.origin === origin) ?? null;
    const desired = desiredOf(origin, current, approve);
    return desired === null ? [] : [{ current, desired }];
  });
  const isRoom = await hasRoomForOrigins(tx, organizationId, wanted.filter(({ current }) => current === null).length);
  if (!isRoom) return { kind: 'over_limit' };
  const statements = wanted.flatMap(({ current, desired }) => {
    const changed = current === null ? ORIGIN_FIELDS : (['state'] as const);
    return originStatements(ids, { organizationId, desired, current, changed, by });
  });
  await runInPrisma(tx, statements);
  return { kind: 'placed', changed: wanted.length === 0 ? [] : ['originState'] };
}

/** The same for run tasks of an organization that is being made: nothing is stored of it yet. */
export function newGuardedOrigins(
  ids: Ids,
  organizationId: string,
  runTasks: readonly Pick<PutRunTask, 'guardedOrigins' | 'by'>[],
): readonly Statement[] {
  const desired = runTasks.flatMap(({ guardedOrigins: { origins, approve }, by }) =>
    origins.map((origin) => ({ by, desired: newRecord(origin, approve) })),
  );
  const distinct = new Map(desired.map((each) => [each.desired.origin, each]));
  return [...distinct.values()].flatMap((each) =>
    originStatements(ids, { ...each, organizationId, current: null, changed: ORIGIN_FIELDS }),
  );
}

/** Null when it stays as it is. */
function desiredOf(origin: string, current: StoredOrigin | null, approve: boolean): OriginRecord | null {
  if (current === null) return newRecord(origin, approve);
  return approve && current.state !== 'approved' ? { ...current, state: 'approved' } : null;
}

function newRecord(origin: string, approve: boolean): OriginRecord {
  return { origin, state: approve ? 'approved' : 'pending', privateRanges: [], caBundle: null };
}
