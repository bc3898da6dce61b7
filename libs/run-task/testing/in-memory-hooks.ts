import {
  deadlinesFrom,
  after,
  type Clock,
  type Diagnosis,
  type Hook,
  type HookStore,
  type NewTaskResult,
  type RecordAnswer,
  type Refusal,
  type Suspect,
} from '../src/index.js';
import type { Row } from './rows.js';

/** Ingress' view, in memory. Keys and suspension are read again when a task result is recorded, as the real insert does. */
export class InMemoryHookStore implements HookStore {
  readonly hooks = new Map<string, Hook>();
  /** As they were when they were last looked for. */
  readonly remembered = new Map<string, Hook>();
  readonly registrations: { readonly hookId: string; readonly keyId: string }[] = [];
  readonly refusals: (Refusal & { readonly hookId: string })[] = [];
  readonly badSignatures: (Diagnosis & { readonly hookId: string; readonly count: number })[] = [];
  /** Hook → keys that may have signed in vain. */
  readonly suspects = new Map<string, readonly Suspect[]>();

  constructor(
    private readonly rows: Map<string, Row>,
    private readonly clock: Clock,
    private readonly limit = Number.POSITIVE_INFINITY,
  ) {}

  rememberedHook(hookId: string): Promise<Hook | null> {
    return Promise.resolve(this.remembered.get(hookId) ?? null);
  }

  findHook(hookId: string): Promise<Hook | null> {
    const hook = this.hooks.get(hookId) ?? null;
    if (hook !== null) this.remembered.set(hookId, hook);
    return Promise.resolve(hook);
  }

  recordTaskResult(accepted: NewTaskResult): Promise<RecordAnswer> {
    const answer = this.record(accepted);
    if (answer.kind === 'changed' || answer.kind === 'refused') this.remembered.delete(accepted.hook.hookId);
    return Promise.resolve(answer);
  }

  noteRegistration(hook: Hook, keyId: string): Promise<void> {
    this.registrations.push({ hookId: hook.hookId, keyId });
    return Promise.resolve();
  }

  noteRefusal(hook: Hook, refusal: Refusal): Promise<void> {
    this.refusals.push({ hookId: hook.hookId, ...refusal });
    return Promise.resolve();
  }

  findSuspects(hookId: string): Promise<readonly Suspect[]> {
    return Promise.resolve(this.suspects.get(hookId) ?? []);
  }

  noteBadSignature({ hookId }: Hook, diagnosis: Diagnosis, count: number): Promise<void> {
    this.badSignatures.push({ hookId, ...diagnosis, count });
    return Promise.resolve();
  }

  private record(accepted: NewTaskResult): RecordAnswer {
    const current = this.hooks.get(accepted.hook.hookId);
    const keyIsActive = current?.keys.some((key) => key.id === accepted.keyId) ?? false;
    if (current === undefined || current.suspended || !keyIsActive) return { kind: 'refused' };
    if (current.versionId !== accepted.hook.versionId || current.originState !== accepted.hook.originState) {
      return { kind: 'changed' };
    }
    const first = [...this.rows.values()].find((row) => isSame(row.accepted, accepted));
    if (first !== undefined) return { kind: 'duplicate', sameBody: first.accepted.bodyHash === accepted.bodyHash };
    if (this.rows.size >= this.limit) return { kind: 'over_limit' };
    this.rows.set(accepted.id, rowOf(accepted, this.clock.now()));
    return { kind: 'recorded' };
  }
}

function isSame(a: NewTaskResult, b: NewTaskResult): boolean {
  return a.hook.runTaskId === b.hook.runTaskId && a.request.facts.task_result_id === b.request.facts.task_result_id;
}

function rowOf(accepted: NewTaskResult, receivedAt: Date): Row {
  return {
    id: accepted.id,
    organizationId: accepted.hook.organizationId,
    accepted,
    receivedAt,
    steppedAt: null,
    lapses: 0,
    trying: null,
    cutShort: false,
    ...deadlinesFrom(receivedAt, accepted.allowances),
    taskResult: { state: 'accepted', epoch: 0 },
    leasedBy: null,
    attempt: 0,
    progressDueAt: after(receivedAt, accepted.allowances.firstProgressMs),
    grant: accepted.request.grant,
    results: [],
    deliveries: [],
  };
}
