/**
 * The slots of one kind of work in this process. Tickets fill them, and without tickets the keeper does: together they
 * never do more at once than there are slots.
 */
export class Lane {
  #busy = 0;

  /** @param next does one piece of work; false when nothing was due */
  constructor(
    private readonly slots: number,
    private readonly next: () => Promise<boolean>,
  ) {}

  /** True when something was done; false when nothing was due, or no slot is free. */
  async work(): Promise<boolean> {
    if (this.#busy >= this.slots) return false;
    this.#busy += 1;
    try {
      return await this.next();
    } finally {
      this.#busy -= 1;
    }
  }

  /** Without tickets: as many free slots as there is work go on until nothing is due, or something goes wrong. */
  fill(pieces: number): void {
    const turns = Math.min(pieces, this.slots - this.#busy);
    for (let turn = 0; turn < turns; turn++) void this.#workUntilIdle();
  }

  async #workUntilIdle(): Promise<void> {
    try {
      while (await this.work());
    } catch {
      // The store cannot be reached; the keeper meets the same, and says so.
    }
  }
}
