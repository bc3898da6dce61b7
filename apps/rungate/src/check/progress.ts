const EVERY_MS = 200;
/** What is over sooner needs no progress. */
const QUIET_MS = 700;
const CLEAR = '\r\u001b[K';

/** One line on the terminal that says what is going on, and is gone at the end; nothing where there is no terminal. */
export class Progress {
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout | null;
  private text = '';
  private isShown = false;

  constructor(private readonly out: { readonly isTTY?: boolean; write(text: string): unknown }) {
    this.timer =
      out.isTTY === true
        ? setInterval(() => {
            this.show();
          }, EVERY_MS)
        : null;
    this.timer?.unref();
  }

  say(text: string): void {
    this.text = text;
  }

  end(): void {
    if (this.timer !== null) clearInterval(this.timer);
    if (this.isShown) this.out.write(CLEAR);
  }

  private show(): void {
    const ms = performance.now() - this.startedAt;
    if (ms < QUIET_MS) return;
    this.isShown = true;
    this.out.write(`${CLEAR}${this.text} (${Math.round(ms / 1_000)} s)`);
  }
}
