import type { Actor, Ids } from '@rungate/run-task';
import type { Prisma } from './generated/client.js';
import { jsonText } from './json-text.js';
import { runInPrisma, type Statement } from './statement.js';

/** What can be done that the audit trail remembers. */
export type AuditAction =
  | `organization.${'created' | 'changed' | 'suspended' | 'deleted' | 'resumed'}`
  | `organization.${'viewed' | 'view-ended' | 'views-allowed' | 'views-refused'}`
  | `organization.intake-${'paused' | 'resumed'}`
  | `run-task.${'created' | 'changed' | 'connected'}`
  | `hmac-key.${'created' | 'extended' | 'retired' | 'revoked' | 'handed-over'}`
  | `origin.${'requested' | 'approved' | 'refused' | 'changed'}`
  | 'quarantine.lifted'
  | `api-token.${'created' | 'revoked'}`
  | `operation.${'started' | 'cancelled'}`
  | `session.${'opened' | 'revoked' | 'ended'}`
  | `member.${'joined' | 'changed' | 'blocked' | 'unblocked' | 'refused'}`
  | `connection.${'created' | 'changed' | 'activated' | 'disabled' | 'certificate-offered'}`
  | `domain.${'added' | 'proved' | 'asserted' | 'missing' | 'lost' | 'removed'}`
  | 'link.made'
  | `saved-view.${'shared' | 'removed'}`
  | `task-result.${'presumed-delivered' | 'resent' | 'extended' | 'cut-short' | 're-evaluated'}`;

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
export function noteAudit(tx: Prisma.TransactionClient, ids: Ids, event: AuditEvent): Promise<void> {
  return runInPrisma(tx, [auditStatement(ids, event)]);
}

/** What notes it, to leave with the statements that do it. */
export function auditStatement(ids: Ids, event: AuditEvent): Statement {
  const { organizationId, by, action, subject, before, after, reason = null } = event;
  const { address, ...actor } = by;
  return {
    name: 'insert-audit-event',
    text: `
      INSERT INTO audit_events (id, organization_id, actor, address, action, subject, before, after, reason)
      VALUES ($1::uuid, $2::uuid, $3::jsonb, $4::text, $5::text, $6::jsonb, $7::jsonb, $8::jsonb, $9::text)`,
    values: [
      ids.next(),
      organizationId,
      jsonText(actor),
      address,
      action,
      jsonText(subject),
      before === null ? null : jsonText(before),
      after === null ? null : jsonText(after),
      reason,
    ],
  };
}

/** The fields of a thing that a change touched. */
export function only<T extends object>(thing: T, fields: readonly (keyof T)[]): Partial<T> {
  const part: Partial<T> = {};
  for (const field of fields) part[field] = thing[field];
  return part;
}
