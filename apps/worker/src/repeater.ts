/** What is called again and again. */
export interface Repeated {
  /** From the end of a call to the next, milliseconds. */
  readonly everyMs: number;
  /** The same after a call that failed; `everyMs` when absent. */
  readonly afterFailureMs?: number;
  work(): Promise<void>;
  failed(error: unknown): void;
}

/** Calls something again and again, never twice at once: the pause is counted from the end of a call. */
export class Repeater {
  #timer: NodeJS.Timeout | null = null;
  #call: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(private readonly repeated: Repeated) {}

  start(): void {
    this.#after(this.repeated.everyMs);
  }

  /** Resolves when a call under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#call;
  }

  #after(pauseMs: number): void {
    this.#timer = setTimeout(() => {
      this.#call = this.#once();
    }, pauseMs);
  }

  async #once(): Promise<void> {
    const { everyMs, afterFailureMs = everyMs } = this.repeated;
    let pauseMs = everyMs;
    try {
      await this.repeated.work();
    } catch (error) {
      this.repeated.failed(error);
      pauseMs = afterFailureMs;
    }
    if (!this.#stopped) this.#after(pauseMs);
  }
}
