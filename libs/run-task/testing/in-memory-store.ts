import { type Hook } from '../src/index.js';
import { CountingIds, FixedClock } from './clock.js';
import { InMemoryHookStore } from './in-memory-hooks.js';
import { InMemoryScheduleStore } from './in-memory-schedule.js';
import { InMemoryTaskStore } from './in-memory-tasks.js';
import type { Row, Version } from './rows.js';

/** The three stores of the main path over the same rows, with a clock that the test moves. */
export class InMemoryStore {
  readonly clock = new FixedClock();
  readonly ids = new CountingIds();
  readonly rows = new Map<string, Row>();
  readonly hooks: InMemoryHookStore;
  readonly schedule: InMemoryScheduleStore;
  readonly tasks: InMemoryTaskStore;
  readonly #versions = new Map<string, Version>();

  constructor(limit?: number) {
    this.hooks = new InMemoryHookStore(this.rows, this.clock, limit);
    this.schedule = new InMemoryScheduleStore(this.rows, this.clock, this.ids);
    this.tasks = new InMemoryTaskStore(this.rows, this.#versions, this.clock, this.ids);
  }

  /** Creates or replaces a run task. */
  addRunTask(hook: Hook, version: Partial<Version> = {}): void {
    this.hooks.hooks.set(hook.hookId, hook);
    this.#versions.set(hook.versionId, { checks: [], onTimeout: 'failed', downloadOrigins: [], ...version });
  }

  /** How the run task of a task result judges. */
  version({ accepted }: Row): Version {
    const version = this.#versions.get(accepted.hook.versionId);
    if (version === undefined) throw new Error(`no version ${accepted.hook.versionId}`);
    return version;
  }

  /** The row of a task result that must exist. */
  row(id: string): Row {
    const row = this.rows.get(id);
    if (row === undefined) throw new Error(`no task result ${id}`);
    return row;
  }
}
