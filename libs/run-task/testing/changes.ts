import type { ChangeFeed, Changes, RowChange } from '../src/index.js';
import { FixedClock } from './clock.js';

/** Changes as a test says that they happen. */
export class InMemoryChangeFeed implements ChangeFeed {
  readonly #changes: RowChange[] = [];
  /** What `changesSince` rejects with, while it is set. */
  trouble: Error | null = null;

  constructor(private readonly clock = new FixedClock()) {}

  changesSince(moment: Date | null, limit: number): Promise<Changes> {
    if (this.trouble !== null) return Promise.reject(this.trouble);
    const readAt = this.clock.now();
    const from = (moment ?? new Date(readAt.getTime() - 60_000)).getTime() * 1_000;
    const changes = this.#changes.filter(({ version }) => version >= from);
    return Promise.resolve({ readAt, changes: changes.slice(0, limit), isComplete: changes.length < limit });
  }

  /** Something changed now. */
  note(change: Omit<RowChange, 'version'>): void {
    this.#changes.push({ ...change, version: this.clock.ms * 1_000 });
  }
}
