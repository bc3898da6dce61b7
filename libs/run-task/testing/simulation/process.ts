import type { Timeline } from './timeline.js';

/** A process of ours in virtual time: it runs, stands still as after SIGSTOP, or is dead as after kill -9. */
export class SimulatedProcess {
  #state: 'runs' | 'frozen' | 'dead' = 'runs';
  #waiting: (() => void)[] = [];

  /** @param died is called once, when it is killed. */
  constructor(
    readonly name: string,
    private readonly timeline: Timeline,
    private readonly died: () => void = () => undefined,
  ) {}

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  get isFrozen(): boolean {
    return this.#state === 'frozen';
  }

  kill(): void {
    if (this.isDead) return;
    this.end();
    this.died();
  }

  /** It ends on its own: nobody is told. */
  end(): void {
    this.#state = 'dead';
    this.#waiting = [];
  }

  /** Nothing happens in it for so many milliseconds; then it goes on with what it knew. */
  freeze(ms: number): void {
    if (this.#state !== 'runs') return;
    this.#state = 'frozen';
    this.timeline.after(ms, () => {
      if (this.#state !== 'frozen') return;
      this.#state = 'runs';
      for (const goOn of this.#waiting.splice(0)) goOn();
    });
  }

  /** Whatever reaches a process reaches it when it runs: now, after SIGCONT, or never. */
  running(): Promise<void> {
    if (this.#state === 'runs') return RUNS;
    // Not one promise for all: it would hold on to everybody who ever waited for it.
    if (this.#state === 'dead') return new Promise(() => undefined);
    return new Promise((goOn) => {
      this.#waiting.push(goOn);
    });
  }
}

const RUNS = Promise.resolve();
