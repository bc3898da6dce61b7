import type { Changes, RowChange } from '@rungate/run-task';

/** How far back a stream can be resumed. */
const REACH_MS = 60_000;
/** A change is seen once it is committed, which may be so much later than its version says. */
const OVERLAP_MS = 2_000;

/** The latest change of each row of the last minute, as this process has seen them. */
export class ChangeLog {
  /** In order of their versions, nearly. */
  readonly #latest = new Map<string, RowChange>();
  #from: Date | null = null;
  #readAt: Date | null = null;

  /** Up to when changes were read; null: never. */
  get readAt(): Date | null {
    return this.#readAt;
  }

  /** From when the next look must be: some of what was committed late was not there at the last one. Null: a minute. */
  get lookFrom(): Date | null {
    return this.#readAt === null ? null : new Date(this.#readAt.getTime() - OVERLAP_MS);
  }

  /** What was not known yet; null when it cannot be told. */
  add({ readAt, changes, isComplete }: Changes): readonly RowChange[] | null {
    const reach = readAt.getTime() - REACH_MS;
    this.#readAt = readAt;
    if (!isComplete) {
      this.#latest.clear();
      this.#from = readAt;
      return null;
    }
    this.#from ??= new Date(reach);
    const news = changes.filter((change) => (this.#latest.get(keyOf(change))?.version ?? 0) < change.version);
    for (const change of news) {
      // At the end, where the newest are.
      this.#latest.delete(keyOf(change));
      this.#latest.set(keyOf(change), change);
    }
    this.#forget(reach);
    return news;
  }

  /** What may be new to whoever knows all that was committed at a moment; null when the log does not reach back so far. */
  since(moment: Date): readonly RowChange[] | null {
    if (this.#from === null || this.#readAt === null) return null;
    if (moment < this.#from || moment > this.#readAt) return null;
    const from = (moment.getTime() - OVERLAP_MS) * 1_000;
    return [...this.#latest.values()].filter(({ version }) => version >= from);
  }

  #forget(reach: number): void {
    if (this.#from !== null && this.#from.getTime() < reach) this.#from = new Date(reach);
    for (const [key, { version }] of this.#latest) {
      if (version >= (reach - OVERLAP_MS) * 1_000) return;
      this.#latest.delete(key);
    }
  }
}

function keyOf({ kind, organizationId, subject }: RowChange): string {
  return `${kind} ${organizationId ?? ''} ${subject}`;
}
