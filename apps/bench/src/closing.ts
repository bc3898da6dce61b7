/** What was started, ended in reverse order. */
export class Closing {
  readonly #steps: (() => Promise<void> | void)[] = [];

  defer(step: () => Promise<void> | void): void {
    this.#steps.push(step);
  }

  async close(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) await step();
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
