import type { SimulatorClock } from './clock.js';
import type { Violation, ViolationCode } from './history.js';

/** Every broken promise that the simulator saw, in order. */
export class ViolationLog {
  readonly #seen: Violation[] = [];

  constructor(private readonly clock: SimulatorClock) {}

  add(code: ViolationCode, taskResultId: string | null, detail: string): void {
    this.#seen.push({ at: new Date(this.clock.now()).toISOString(), code, taskResultId, detail });
  }

  all(): readonly Violation[] {
    return [...this.#seen];
  }

  of(taskResultId: string): readonly Violation[] {
    return this.#seen.filter((violation) => violation.taskResultId === taskResultId);
  }
}
