/** Calls something again and again, never twice at once: the pause is counted from the end of a call. */
export class Repeater {
  #timer: NodeJS.Timeout | null = null;
  #call: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    private readonly everyMs: number,
    private readonly work: () => Promise<void>,
    private readonly failed: (error: unknown) => void,
  ) {}

  start(): void {
    this.#timer = setTimeout(() => {
      this.#call = this.#once();
    }, this.everyMs);
  }

  /** Resolves when a call under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#call;
  }

  async #once(): Promise<void> {
    try {
      await this.work();
    } catch (error) {
      this.failed(error);
    }
    if (!this.#stopped) this.start();
  }
}
