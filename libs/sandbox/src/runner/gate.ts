/** Lets a number of assignments in at once, the others in the order in which they came. */
export class Gate {
  private inside = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly size: number) {}

  /** Resolves when there is room; false when `signal` aborted before that. Who was let in must leave. */
  enter(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    if (this.inside < this.size) {
      this.inside++;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const letIn = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve(true);
      };
      const giveUp = (): void => {
        this.waiting.splice(this.waiting.indexOf(letIn), 1);
        resolve(false);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.waiting.push(letIn);
    });
  }

  leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.inside--;
    else next();
  }
}
