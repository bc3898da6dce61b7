import { isDeepStrictEqual } from 'node:util';
import type {
  OriginRecord,
  OriginStore,
  PutOrigin,
  PutOriginAnswer,
  PutRunTask,
  RunTask,
  StoredOrigin,
} from '../src/index.js';
import { FixedClock } from './clock.js';

/** Origins in a map. */
export class InMemoryOriginStore implements OriginStore {
  readonly #stored = new Map<string, StoredOrigin>();

  constructor(private readonly clock = new FixedClock()) {}

  put({ organizationId, desired, expected, by, dryRun }: PutOrigin): Promise<PutOriginAnswer> {
    const before = this.#stored.get(key(organizationId, desired.origin));
    if (expected.revision !== undefined && expected.revision !== (before?.revision ?? null))
      return Promise.resolve({ rejected: 'stale' });
    const fields = ['state', 'privateRanges', 'caBundle'] as const;
    const changed = fields.filter((field) => !isDeepStrictEqual(before?.[field], desired[field]));
    const stored = changed.length === 0 && before !== undefined ? before : this.#next(desired, before, by.name);
    if (!dryRun) this.#stored.set(key(organizationId, desired.origin), stored);
    const kind = before === undefined ? 'created' : changed.length === 0 ? 'unchanged' : 'changed';
    return Promise.resolve({ kind, changed, stored });
  }

  find(organizationId: string, origin: string): Promise<StoredOrigin | null> {
    return Promise.resolve(this.#stored.get(key(organizationId, origin)) ?? null);
  }

  list(organizationId: string, limit: number, after: string | null): Promise<readonly StoredOrigin[]> {
    const found = [...this.#stored]
      .filter(([each, { origin }]) => each === key(organizationId, origin) && (after === null || origin > after))
      .map(([, stored]) => stored)
      .sort((one, other) => (one.origin < other.origin ? -1 : 1));
    return Promise.resolve(found.slice(0, limit));
  }

  /** What is recorded of an origin; null: nothing. */
  stateOf(organizationId: string, origin: string): StoredOrigin['state'] | null {
    return this.#stored.get(key(organizationId, origin))?.state ?? null;
  }

  /** What a PUT of a run task asks for or approves; the field that changed by it. */
  place({ organizationId, guardedOrigins, by, dryRun }: PutRunTask, runTask: RunTask | undefined): readonly string[] {
    const { origins, approve } = guardedOrigins;
    if (dryRun) return [];
    const wanted = origins.filter((origin) => {
      const state = this.stateOf(organizationId, origin);
      return state === null || (approve && state !== 'approved');
    });
    for (const origin of wanted) {
      const before = this.#stored.get(key(organizationId, origin));
      const { privateRanges = [], caBundle = null } = before ?? {};
      const desired = { origin, state: approve ? 'approved' : 'pending', privateRanges, caBundle } as const;
      this.#stored.set(key(organizationId, origin), this.#next(desired, before, by.name));
    }
    return wanted.length > 0 && runTask !== undefined ? ['originState'] : [];
  }

  #next(desired: OriginRecord, before: StoredOrigin | undefined, by: string): StoredOrigin {
    const now = this.clock.now();
    const decision = desired.state === 'pending' ? {} : { decidedBy: by, decidedAt: now };
    return {
      requestedBy: by,
      requestedAt: now,
      decidedBy: null,
      decidedAt: null,
      ...before,
      ...desired,
      ...decision,
      revision: (before?.revision ?? 0) + 1,
    };
  }
}

function key(organizationId: string, origin: string): string {
  return `${organizationId} ${origin}`;
}
