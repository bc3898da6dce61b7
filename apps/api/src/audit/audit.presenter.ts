import type { AuditEventBody } from '@rungate/contract';
import type { RecordedEvent } from '@rungate/run-task';

/** An event as the contract shows it. */
export function presentAuditEvent({ by, at, ...event }: RecordedEvent): AuditEventBody {
  const { kind, id, name, role, address } = by;
  return {
    id: event.id,
    at: at.toISOString(),
    organization: event.organization,
    actor: { kind, id, name, role },
    address,
    action: event.action,
    subject: event.subject,
    before: event.before,
    after: event.after,
    reason: event.reason,
  };
}
