import type { CallbackSender } from '../../src/index.js';
import type { InMemoryStore } from '../in-memory-store.js';
import type { SimulatedCaller } from './caller.js';
import type { Stores } from './store-link.js';
import type { Timeline } from './timeline.js';

/** Where a bug can be planted. */
export interface Plot {
  readonly stores: Stores;
  readonly store: InMemoryStore;
  readonly caller: SimulatedCaller;
  readonly timeline: Timeline;
}

/** A bug that no product has, for a test of whether the simulation would find it. */
export interface Bug {
  /** The stores as they would be with the bug. */
  readonly plant?: (plot: Plot) => Stores;
  /** The stores as a process with the bug uses them: what it does before it asks them may be cut off by its death. */
  readonly plantInProcess?: (stores: Stores, sender: CallbackSender, store: InMemoryStore) => Stores;
  readonly hasNoKeeper?: boolean;
}
