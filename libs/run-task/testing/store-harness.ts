import {
  allowances,
  callbackDocument,
  plain,
  type AnswerClass,
  type AttemptOutcome,
  type Check,
  type Clock,
  type DeadlineProfile,
  type Decision,
  type DeliveryStep,
  type DeliveryTurn,
  type Hook,
  type HookStore,
  type Ids,
  type Lease,
  type NewTaskResult,
  type PendingDelivery,
  type RecordAnswer,
  type ScheduleStore,
  type TaskStore,
  type Verdict,
} from '../src/index.js';
import { aCheck, aCheckResult, aRequest } from './builders.js';
import type { Grants } from './in-memory-shares.js';

/** A run task for a test of the stores. */
export interface RunTaskInTest {
  readonly terraformOrigin: string;
  readonly deadlineProfile: DeadlineProfile;
  readonly downloadOrigins: readonly string[];
  readonly onTimeout: Verdict;
  readonly checks: readonly Check[];
  /** Its only key; no two run tasks have the same. */
  readonly hmacSecret: string;
}

/**
 * The three stores of the main path and the hands of a test on them. Time passes for one task result at a time, so that
 * it can be made to pass by moving a clock or by moving what a database wrote down.
 */
export interface StoreHarness {
  readonly stores: { readonly hooks: HookStore; readonly schedule: ScheduleStore; readonly tasks: TaskStore };
  readonly ids: Ids;
  /** Close enough to the stores' own to tell an hour ago from in an hour. */
  readonly clock: Clock;
  /** Adds a run task to a new organization; resolves with its hook id. */
  addRunTask(settings: RunTaskInTest): Promise<string>;
  revokeKey(hookId: string, keyId: string): Promise<void>;
  suspendOrganization(hookId: string): Promise<void>;
  /** The platform sets weight and cap of the organization of a hook. */
  grant(hookId: string, grants: Grants): Promise<void>;
  /** The lease of the task result has run out. */
  expireLease(taskResultId: string): Promise<void>;
  /** Its next progress is due. */
  makeProgressDue(taskResultId: string): Promise<void>;
  /** It is time to decide it; the caller still listens. */
  makeLate(taskResultId: string): Promise<void>;
  /** The caller no longer listens. */
  passDeadline(taskResultId: string): Promise<void>;
  /** Its attempts that are under way began longer ago than any attempt takes, and their turns are over. */
  abandonAttempts(taskResultId: string): Promise<void>;
  close(): Promise<void>;
}

/** A task result that was offered to the store. */
export interface Offered {
  readonly id: string;
  readonly accepted: NewTaskResult;
  readonly answer: RecordAnswer;
}

/** What the tests of the contract do with a harness, each in one call. */
export class StoreDriver {
  #count = 0;

  constructor(readonly harness: StoreHarness) {}

  addRunTask(changes: Partial<RunTaskInTest> = {}): Promise<string> {
    this.#count += 1;
    return this.harness.addRunTask({
      terraformOrigin: 'https://app.terraform.io',
      deadlineProfile: 'rolling',
      downloadOrigins: ['https://archivist.terraform.io'],
      onTimeout: 'failed',
      checks: [aCheck()],
      hmacSecret: `the-secret-of-at-least-32-bytes-number-${this.#count}`,
      ...changes,
    });
  }

  /** The hook, which must exist. */
  async hook(hookId: string): Promise<Hook> {
    const hook = await this.harness.stores.hooks.findHook(hookId);
    if (hook === null) throw new Error(`no hook ${hookId}`);
    return hook;
  }

  /** Offers a request to the store, by default one with a task result id of its own. */
  async offer(hook: Hook, changes: { taskResultId?: string; bodyHash?: string } = {}): Promise<Offered> {
    const id = this.harness.ids.next();
    const accepted: NewTaskResult = {
      id,
      hook,
      keyId: hook.keys[0]?.id ?? 'none',
      request: aRequest({ task_result_id: changes.taskResultId ?? `taskrs-${id}` }),
      bodyHash: changes.bodyHash ?? 'a'.repeat(64),
      allowances: allowances(hook.deadlineProfile),
    };
    return { id, accepted, answer: await this.harness.stores.hooks.recordTaskResult(accepted) };
  }

  /** Records a task result of a new run task; resolves with its id. */
  async record(changes: Partial<RunTaskInTest> = {}): Promise<string> {
    const { id } = await this.offer(await this.hook(await this.addRunTask(changes)));
    return id;
  }

  /** Records a task result and takes its lease. */
  async lease(changes: Partial<RunTaskInTest> = {}): Promise<Lease> {
    const id = await this.record(changes);
    return this.claimOne(id);
  }

  /** Claims whatever is ready and gives the lease of one task result, which must be among it. */
  async claimOne(taskResultId: string, worker = 'worker-1'): Promise<Lease> {
    const leases = await this.harness.stores.schedule.claim(worker, 100);
    const lease = leases.find((one) => one.taskResultId === taskResultId);
    if (lease === undefined) throw new Error(`${taskResultId} was not claimed`);
    return lease;
  }

  /** A lease ran out, and the keeper looked. */
  async loseLease(taskResultId: string): Promise<void> {
    await this.harness.expireLease(taskResultId);
    await this.harness.stores.schedule.mendSchedule();
  }

  /** Decides under a lease that must hold; resolves with the turn of the first attempt. */
  async decide(lease: Lease): Promise<DeliveryTurn> {
    const answer = await this.harness.stores.tasks.decide(lease, aDecision());
    if (answer.kind !== 'decided') throw new Error(`${lease.taskResultId} is ${answer.kind}`);
    return answer.turn;
  }

  /** A task result that is decided and whose first attempt is under way. */
  async decided(changes: Partial<RunTaskInTest> = {}): Promise<{ lease: Lease; turn: DeliveryTurn }> {
    const lease = await this.lease(changes);
    return { lease, turn: await this.decide(lease) };
  }

  /** Starts a progress update, which must be possible now. */
  async startProgress(lease: Lease): Promise<DeliveryTurn> {
    const turn = await this.harness.stores.tasks.startProgress(lease, aProgress());
    if (turn === null) throw new Error(`${lease.taskResultId} cannot report progress`);
    return turn;
  }

  /** The delivery of a turn, which must be under way. */
  async load(turn: DeliveryTurn): Promise<PendingDelivery> {
    const delivery = await this.harness.stores.tasks.loadDelivery(turn);
    if (delivery === null) throw new Error(`nothing to deliver at ${turn.attemptId}`);
    return delivery;
  }

  /** Ends the attempt of a turn. */
  async finish(turn: DeliveryTurn, step: DeliveryStep, changes: Partial<AttemptOutcome> = {}): Promise<void> {
    await this.harness.stores.tasks.finishAttempt(await this.load(turn), anOutcome(step, changes));
  }

  /** A moment so many seconds from now; negative: in the past. */
  inSeconds(seconds: number): Date {
    return new Date(this.harness.clock.now().getTime() + seconds * 1_000);
  }
}

/** A verdict with one result. */
export function aDecision(verdict: Verdict = 'failed'): Decision {
  const message = plain`Blocked: 1 of 1 check failed.`;
  return { verdict, message, results: [aCheckResult()], callback: callbackDocument({ status: verdict, message }) };
}

/** A `running` update. */
export function aProgress(): Decision['callback'] {
  return callbackDocument({ status: 'running', message: plain`Running: 0 of 1 check done.` });
}

/** What came of an attempt that had this consequence. */
export function anOutcome(step: DeliveryStep, changes: Partial<AttemptOutcome> = {}): AttemptOutcome {
  const [status, answerClass] = ANSWERS[step.kind];
  return {
    answer: { kind: 'status', status, retryAfterMs: null, title: null },
    answerClass,
    durationMs: 12,
    step,
    deadlines: null,
    ...changes,
  };
}

const ANSWERS: Readonly<Record<DeliveryStep['kind'], readonly [number, AnswerClass]>> = {
  delivered: [200, 'delivered'],
  retry: [503, 'transient'],
  undeliverable: [401, 'unauthorized'],
};
