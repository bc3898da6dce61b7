import { errorCode } from './error-code.js';

/** Does many at once. @returns the answers in the order of the items. */
export type DoBatch<Item, Answer> = (items: readonly Item[]) => Promise<readonly Answer[]>;

interface Waiting<Item, Answer> {
  readonly item: Item;
  /** Since when, in milliseconds of the clock. */
  readonly since: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Statements under way at once; what arrives meanwhile shares the next one. */
const AT_ONCE = 2;
/** Items of one statement. */
const SIZE = 64;
/** Who asks waits 2 s in all: what is not under way by then must not be done behind his back. */
const WAIT_MS = 1_000;
/** Items that may wait, so that a database that is slow costs no memory. */
const MOST_WAITING = 2_048;

/**
 * Gathers what arrives while statements are under way into the next one, so that a busy moment costs fewer statements
 * and commits. When nothing is under way an item goes at once: nobody waits for company.
 * While statements take too long, what waits is refused instead of piling up.
 */
export class Batches<Item, Answer> {
  #waiting: Waiting<Item, Answer>[] = [];
  #running = 0;

  constructor(
    private readonly doBatch: DoBatch<Item, Answer>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The answer for this item; rejects with what its statement failed with, or when its turn does not come in time. */
  add(item: Item): Promise<Answer> {
    if (this.#waiting.length >= MOST_WAITING) return Promise.reject(new Error('Too many wait for the database.'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, since: this.now(), resolve, reject });
      this.#start();
    });
  }

  #start(): void {
    if (this.#running >= AT_ONCE) return;
    this.#refuseLate();
    if (this.#waiting.length === 0) return;
    const batch = this.#waiting.slice(0, SIZE);
    this.#waiting = this.#waiting.slice(SIZE);
    this.#running++;
    void this.#settle(batch).finally(() => {
      this.#running--;
      this.#start();
    });
  }

  #refuseLate(): void {
    const oldest = this.now() - WAIT_MS;
    const inTime = this.#waiting.findIndex(({ since }) => since >= oldest);
    if (inTime === 0) return;
    const late = this.#waiting.splice(0, inTime < 0 ? this.#waiting.length : inTime);
    for (const { reject } of late) reject(new Error(`The database did not get to it within ${WAIT_MS} ms.`));
  }

  async #settle(batch: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.doBatch(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, index) => {
        const answer = answers[index];
        if (answer === undefined) reject(new Error('A batch was answered with fewer answers than it had items.'));
        else resolve(answer);
      });
    } catch (error) {
      if (batch.length > 1 && isOfOneItem(error)) await Promise.all(batch.map((one) => this.#settle([one])));
      else for (const { reject } of batch) reject(error);
    }
  }
}

/** SQLSTATE classes 22 (data exception), 23 (integrity), a deadlock and a lock timeout: others must not share one's fault. */
function isOfOneItem(error: unknown): boolean {
  return /^(2[23]|40P01|55P03)/.test(errorCode(error) ?? '');
}
