import { MAX_RUNS, START_WAIT_MS, backOffMs } from '../limits.js';
import type { Child } from './child.js';
import type { Death } from './death.js';

/** A child and the directory that it sees. */
export interface Slot {
  readonly child: Child;
  /** Files for the child, by the runner alone. */
  readonly directory: string;
  /** What the child calls that directory. */
  readonly inside: string;
  /** Removes the directory. */
  dispose(): void;
}

/** A child to use, or why none could be started. */
export type Acquired = { readonly kind: 'slot'; readonly slot: Slot } | ({ readonly kind: 'none' } & Death);

interface Waiting {
  readonly fresh: boolean;
  readonly give: (acquired: Acquired) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Warm children of one kind. One is there from the start; more come as assignments wait, up to as many as run at once,
 * and one that ends is replaced at once.
 */
export class Pool {
  private readonly slots = new Set<Slot>();
  private readonly idle: Slot[] = [];
  private readonly waiting: Waiting[] = [];
  private starting = 0;
  private failures = 0;
  private lastFailure: Death | null = null;
  private isClosed = false;

  constructor(
    private readonly size: number,
    private readonly start: () => Slot,
  ) {
    this.add();
  }

  /** A warm child; a `fresh` one has answered nothing yet. Never rejects. */
  acquire(fresh: boolean): Promise<Acquired> {
    return new Promise((give) => {
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(waiting), 1);
        give({ kind: 'none', ...(this.lastFailure ?? { reason: 'start_timeout', detail: null }) });
      }, START_WAIT_MS);
      const waiting: Waiting = { fresh, give, timer };
      this.waiting.push(waiting);
      this.serve();
      this.grow();
    });
  }

  /** Gives a child back; one that is not to be used `again` ends. */
  release(slot: Slot, again: boolean): void {
    if (!again || slot.child.runs >= MAX_RUNS || this.isClosed) slot.child.kill('aborted');
    if (!slot.child.isUsable) return;
    this.idle.push(slot);
    this.serve();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const slots = [...this.slots];
    for (const { child } of slots) child.kill('aborted');
    await Promise.all(slots.map(({ child }) => child.gone));
  }

  private serve(): void {
    for (;;) {
      const [next] = this.waiting;
      const [first] = this.idle;
      if (next === undefined || first === undefined) return;
      const slot = next.fresh ? this.idle.find(({ child }) => child.runs === 0) : first;
      if (slot === undefined) {
        // Its successor will be fresh.
        this.idle.shift();
        first.child.kill('aborted');
        return;
      }
      this.idle.splice(this.idle.indexOf(slot), 1);
      this.waiting.shift();
      clearTimeout(next.timer);
      next.give({ kind: 'slot', slot });
    }
  }

  /** A child that is starting will serve one of those that wait; failed starts have a wait of their own. */
  private grow(): void {
    if (this.failures === 0 && this.waiting.length > this.starting) this.add();
  }

  private add(): void {
    if (this.isClosed || this.slots.size >= this.size) return;
    const slot = this.start();
    this.slots.add(slot);
    this.starting++;
    void slot.child.ready.then((ready) => {
      this.starting--;
      if (!ready) return;
      this.failures = 0;
      this.idle.push(slot);
      this.serve();
    });
    void slot.child.gone.then(() => {
      this.remove(slot);
    });
  }

  private remove(slot: Slot): void {
    this.slots.delete(slot);
    const at = this.idle.indexOf(slot);
    if (at >= 0) this.idle.splice(at, 1);
    slot.dispose();
    if (slot.child.runs === 0 && slot.child.fate?.reason !== 'aborted') {
      this.failures++;
      this.lastFailure = slot.child.fate;
    }
    setTimeout(() => {
      this.add();
    }, backOffMs(this.failures));
  }
}
