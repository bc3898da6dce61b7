import type { AuditFilter, AuditPage, AuditReader, RecordedEvent } from '../src/index.js';

/** An event and the id of its organization; null: of the platform. */
export type StoredEvent = RecordedEvent & { readonly organizationId: string | null };

/** An audit trail in a list. */
export class InMemoryAuditReader implements AuditReader {
  constructor(private readonly events: readonly StoredEvent[] = []) {}

  list({ filter, order, limit, after }: AuditPage): Promise<readonly RecordedEvent[]> {
    const isNewest = order === 'newest_first';
    const found = this.events
      .filter((event) => matches(event, filter))
      .filter(({ id }) => after === null || (isNewest ? id < after : id > after));
    found.sort((a, b) => (a.id < b.id === isNewest ? 1 : -1));
    return Promise.resolve(found.slice(0, limit));
  }
}

function matches(event: StoredEvent, { organizationId, since, until, actor, action }: AuditFilter): boolean {
  return [
    organizationId === null || event.organizationId === organizationId,
    since === undefined || event.at >= since,
    until === undefined || event.at < until,
    actor === undefined || event.by.name === actor,
    action === undefined || event.action === action,
  ].every(Boolean);
}
