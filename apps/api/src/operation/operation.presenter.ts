import type { OperationBody, OperationItemBody } from '@rungate/contract';
import type { Operation, OperationItem } from '@rungate/run-task';

/** An operation with how far it is. */
export function presentOperation(operation: Operation): OperationBody {
  const { createdAt, startedAt, endedAt, counts, perSecond, ...shown } = operation;
  return {
    ...shown,
    counts,
    perSecond,
    estimatedSeconds: Math.ceil(counts.pending / perSecond),
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  };
}

/** What became of one task result of it. */
export function presentItem({ endedAt, ...item }: OperationItem): OperationItemBody {
  return { ...item, endedAt: endedAt?.toISOString() ?? null };
}
