import type { LiveEventBody } from '@rungate/contract';

interface Change {
  readonly organization: string | null;
  /** Last, ms since 1970. */
  readonly at: number;
}

/** More are not told apart: a list that missed so many says "many". */
const MOST = 5_000;

/** Which task results changed lately: each counts once, however often it did. */
export class Changes {
  constructor(private readonly byId: ReadonlyMap<string, Change> = new Map()) {}

  /** What is known after some events; the longest unchanged are forgotten first. */
  after(events: readonly LiveEventBody[], at: number): Changes {
    const byId = new Map(this.byId);
    for (const event of events) {
      if (event.kind !== 'task-result') continue;
      byId.delete(event.taskResultId);
      byId.set(event.taskResultId, { organization: event.organization, at });
    }
    return new Changes(new Map([...byId].slice(-MOST)));
  }

  /** How many changed since something was read: of one organization, or of all. */
  since(readAt: number, organization: string | null): number {
    return [...this.byId.values()].filter(
      (change) => change.at > readAt && (organization === null || change.organization === organization),
    ).length;
  }
}
