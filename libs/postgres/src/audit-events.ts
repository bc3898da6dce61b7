import type { Actor, Ids } from '@rungate/run-task';
import { Prisma } from './generated/client.js';
import { storableJson } from './stored.js';

/** What can be done that the audit trail remembers. */
export type AuditAction =
  | `organization.${'created' | 'changed' | 'suspended' | 'resumed'}`
  | `run-task.${'created' | 'changed'}`
  | `hmac-key.${'created' | 'retired' | 'revoked'}`
  | `api-token.${'created' | 'revoked'}`;

/** Something that a person or program did. Secrets stand in it as fingerprints. */
export interface AuditEvent {
  /** Null: of the platform. */
  readonly organizationId: string | null;
  readonly by: Actor;
  readonly action: AuditAction;
  /** What it was done to. */
  readonly subject: { readonly kind: string; readonly name: string };
  readonly before: object | null;
  readonly after: object | null;
  readonly reason?: string | null;
}

/** Notes what is done in the transaction that does it: neither is without the other. */
export async function noteAudit(tx: Prisma.TransactionClient, ids: Ids, event: AuditEvent): Promise<void> {
  const { organizationId, by, action, subject, before, after, reason = null } = event;
  const { address, ...actor } = by;
  await tx.auditEvent.createMany({
    data: [
      {
        id: ids.next(),
        organizationId,
        actor: storableJson(actor),
        address,
        action,
        subject: storableJson(subject),
        before: before === null ? Prisma.DbNull : storableJson(before),
        after: after === null ? Prisma.DbNull : storableJson(after),
        reason,
      },
    ],
  });
}

/** The fields of a thing that a change touched. */
export function only<T extends object>(thing: T, fields: readonly (keyof T)[]): Partial<T> {
  return Object.fromEntries(fields.map((field) => [field, thing[field]])) as Partial<T>;
}
