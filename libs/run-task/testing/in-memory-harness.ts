import { after, hmacKey } from '../src/index.js';
import { aHook } from './builders.js';
import type { InMemoryHookStore } from './in-memory-hooks.js';
import type { Grants } from './in-memory-shares.js';
import { InMemoryStore } from './in-memory-store.js';
import type { RunTaskInTest, StoreHarness } from './store-harness.js';

const MINUTE = 60_000;

/** The in-memory stores in the hands of the contract suite. */
export class InMemoryHarness implements StoreHarness {
  readonly #store = new InMemoryStore();
  readonly stores = this.#store;
  readonly ids = this.#store.ids;
  readonly clock = this.#store.clock;

  addRunTask({ terraformOrigin, deadlineProfile, hmacSecret, ...version }: RunTaskInTest): Promise<string> {
    const [organizationId, runTaskId, versionId, hookId, keyId] = Array.from({ length: 5 }, () => this.ids.next());
    const keys = [hmacKey(keyId ?? '', hmacSecret)];
    const hook = aHook({ hookId, organizationId, runTaskId, versionId, terraformOrigin, deadlineProfile, keys });
    this.#store.addRunTask(hook, version);
    return Promise.resolve(hook.hookId);
  }

  revokeKey(hookId: string, keyId: string): Promise<void> {
    const hook = this.#hook(hookId);
    this.#hooks.set(hookId, { ...hook, keys: hook.keys.filter(({ id }) => id !== keyId) });
    return Promise.resolve();
  }

  suspendOrganization(hookId: string): Promise<void> {
    this.#hooks.set(hookId, { ...this.#hook(hookId), suspended: true });
    return Promise.resolve();
  }

  grant(hookId: string, grants: Grants): Promise<void> {
    this.#store.schedule.shares.grant(this.#hook(hookId).organizationId, grants);
    return Promise.resolve();
  }

  expireLease(taskResultId: string): Promise<void> {
    const row = this.#store.row(taskResultId);
    if (row.taskResult.state === 'evaluating') row.taskResult = { ...row.taskResult, leaseUntil: this.clock.now() };
    return Promise.resolve();
  }

  makeProgressDue(taskResultId: string): Promise<void> {
    this.#store.row(taskResultId).progressDueAt = this.clock.now();
    return Promise.resolve();
  }

  makeLate(taskResultId: string): Promise<void> {
    this.#store.row(taskResultId).decideAt = this.clock.now();
    return Promise.resolve();
  }

  passDeadline(taskResultId: string): Promise<void> {
    const row = this.#store.row(taskResultId);
    row.progressBy = this.clock.now();
    row.finalBy = this.clock.now();
    return Promise.resolve();
  }

  abandonAttempts(taskResultId: string): Promise<void> {
    for (const delivery of this.#store.row(taskResultId).deliveries) {
      delivery.leasedUntil = null;
      for (const attempt of delivery.attempts) attempt.startedAt = after(this.clock.now(), -MINUTE);
    }
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get #hooks(): InMemoryHookStore['hooks'] {
    return this.#store.hooks.hooks;
  }

  #hook(hookId: string): ReturnType<typeof aHook> {
    const hook = this.#hooks.get(hookId);
    if (hook === undefined) throw new Error(`no hook ${hookId}`);
    return hook;
  }
}
