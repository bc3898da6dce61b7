import type { Check, CheckEnd, CheckResult } from '../model/check.js';
import { judge } from '../model/judge.js';
import type { Clock, Lease, TaskStore } from '../ports.js';

/** A result is written as soon as it is there once an evaluation took this long; before, with the verdict. */
const SAVE_AFTER_MS = 1_000;

/** What one attempt judges, and under which lease. */
export interface Judging {
  readonly tasks: TaskStore;
  readonly clock: Clock;
  readonly lease: Lease;
  readonly checks: readonly Check[];
  /** Whether each result is written as soon as it is there: a worker was lost over these checks before. */
  readonly atOnce: boolean;
  /** Aborts when the lease is lost or given back. */
  readonly signal: AbortSignal;
}

/** The results of one attempt as they come in; those of a long one are written at once, so that a takeover need not repeat them. */
export class JudgedChecks {
  readonly #results: CheckResult[] = [];
  readonly #startedAt: number;
  #saved = 0;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(private readonly judging: Judging) {
    this.#startedAt = judging.clock.now().getTime();
  }

  /** Judges how a check ended: the first end of each counts, and none after an abort, which says nothing about the run. */
  record(end: CheckEnd): void {
    const check = this.unjudged().find(({ name }) => name === end.check);
    if (check === undefined || this.judging.signal.aborted) return;
    this.#results.push(judge(check, end));
    const { atOnce, clock } = this.judging;
    if (atOnce || clock.now().getTime() - this.#startedAt >= SAVE_AFTER_MS) this.#save();
  }

  /** Checks that have no result yet, in the order of the configuration. */
  unjudged(): readonly Check[] {
    const judged = new Set(this.#results.map((result) => result.name));
    return this.judging.checks.filter((check) => !judged.has(check.name));
  }

  /** Everything recorded, when the writes under way have ended. */
  async results(): Promise<readonly CheckResult[]> {
    await this.#writing;
    return this.#results;
  }

  /** A write that fails costs a takeover some repetition and nothing else: the verdict writes all results again. */
  #save(): void {
    const { tasks, lease } = this.judging;
    const unsaved = this.#results.slice(this.#saved);
    this.#saved = this.#results.length;
    this.#writing = this.#writing.then(() => tasks.saveCheckResults(lease, unsaved)).catch(() => false);
  }
}
