/** What was started, ended in reverse order. */
export class Closing {
  readonly #steps: (() => Promise<void> | void)[] = [];
  #end: Promise<void> | null = null;

  /** What is started while everything ends, or after it, is ended at once. */
  defer(step: () => Promise<void> | void): void {
    this.#steps.push(step);
    if (this.#end !== null) this.#end = this.#end.finally(() => this.#endAll());
  }

  /** Whoever asks, also while somebody else's asking is under way, waits until everything has ended. */
  close(): Promise<void> {
    this.#end ??= this.#endAll();
    return this.#end;
  }

  /** One that cannot be ended leaves none of the others behind. */
  async #endAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step();
      } catch (cause) {
        failures.push(cause);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything that was started could be ended.');
  }
}

/** Runs `work` with a closing of its own, which is closed whatever comes of it, by the outer one at the latest. */
export async function closingAfter<T>(outer: Closing, work: (closing: Closing) => Promise<T>): Promise<T> {
  const closing = new Closing();
  outer.defer(() => closing.close());
  try {
    return await work(closing);
  } finally {
    await closing.close();
  }
}
