import type { Actor } from './actor.js';

/** What a person or program did, as it was noted in the transaction that did it. Secrets stand in it as fingerprints. */
export interface RecordedEvent {
  readonly id: string;
  readonly at: Date;
  /** Slug; null: of the platform, or of an organization that is no more. */
  readonly organization: string | null;
  readonly by: Actor;
  /** Such as `run-task.changed`. */
  readonly action: string;
  readonly subject: { readonly kind: string; readonly name: string };
  /** What changed, as it was and as it is then; null where there was, or is, nothing. */
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
  readonly reason: string | null;
}

/** Which events are asked for; an absent member does not restrict. */
export interface AuditFilter {
  /** Id of the organization; null: those of the platform and of all organizations. */
  readonly organizationId: string | null;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** Name of who asked. */
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
}

/** A part of what is asked for. */
export interface AuditPage {
  readonly filter: AuditFilter;
  readonly order: 'newest_first' | 'oldest_first';
  readonly limit: number;
  /** Id of the last event of the page before. */
  readonly after: string | null;
}

/** Reads the audit trail for people; nothing of it writes. */
export interface AuditReader {
  list(page: AuditPage): Promise<readonly RecordedEvent[]>;
}
