import type {
  ItemPage,
  NamedOperation,
  NewOperation,
  Operation,
  OperationItem,
  OperationState,
  OperationStore,
  Scope,
} from '../src/index.js';
import { CountingIds, FixedClock } from './clock.js';

/** Operations in a map, each to as many task results as it may be done to, 12 unless told otherwise. */
export class InMemoryOperationStore implements OperationStore {
  readonly #operations = new Map<string, Operation>();
  /** Task results that every filter matches. */
  matching = 12;

  constructor(
    private readonly clock = new FixedClock(),
    private readonly ids = new CountingIds(),
  ) {}

  plan({ kind, reason, perSecond, by, most }: NewOperation): Promise<Operation> {
    const operation: Operation = {
      id: this.ids.next(),
      kind,
      filter: {},
      reason,
      by: { kind: by.kind, name: by.name },
      state: 'planned',
      perSecond,
      isCut: this.matching > most,
      counts: { pending: Math.min(this.matching, most), done: 0, refused: 0, failed: 0 },
      organizations: 1,
      createdAt: this.clock.now(),
      startedAt: null,
      endedAt: null,
    };
    this.#operations.set(operation.id, operation);
    return Promise.resolve(operation);
  }

  list(_scope: Scope, limit: number, after: string | null): Promise<readonly Operation[]> {
    const newest = [...this.#operations.values()].reverse();
    return Promise.resolve(newest.filter(({ id }) => after === null || id < after).slice(0, limit));
  }

  find(_scope: Scope, id: string): Promise<Operation | null> {
    return Promise.resolve(this.#operations.get(id) ?? null);
  }

  items({ id }: ItemPage): Promise<readonly OperationItem[] | null> {
    return Promise.resolve(this.#operations.has(id) ? [] : null);
  }

  start({ id }: NamedOperation): Promise<Operation | null> {
    return this.#become(id, 'running', ['planned']);
  }

  cancel({ id }: NamedOperation): Promise<Operation | null> {
    return this.#become(id, 'cancelled', ['planned', 'running']);
  }

  #become(id: string, state: OperationState, from: readonly OperationState[]): Promise<Operation | null> {
    const before = this.#operations.get(id);
    if (before === undefined) return Promise.resolve(null);
    const after = from.includes(before.state) ? { ...before, state } : before;
    this.#operations.set(id, after);
    return Promise.resolve(after);
  }
}
