/** What must be undone, last first: at an orderly stop, and when the start fails half-way. */
export class Cleanup {
  readonly #steps: { readonly name: string; readonly undo: () => Promise<void> | void }[] = [];

  defer(name: string, undo: () => Promise<void> | void): void {
    this.#steps.push({ name, undo });
  }

  /** Runs every step, also after one failed. @throws AggregateError of what failed */
  async run(): Promise<void> {
    const failures: Error[] = [];
    for (const step of this.#steps.splice(0).reverse()) {
      try {
        await step.undo();
      } catch (cause) {
        failures.push(new Error(`closing ${step.name} failed`, { cause }));
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map((failure) => failure.message).join('; '));
  }
}
