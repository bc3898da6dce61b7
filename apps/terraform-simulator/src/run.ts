import { randomUUID } from 'node:crypto';
import type { CallbackDocument, Outcome } from './callback-rules.js';
import type { SimulatorClock } from './clock.js';
import { deadlineSpans, moveDeadlines, startDeadlines, type Deadlines, type DeadlineSpans } from './deadlines.js';
import { FaultScript } from './fault.js';
import type { CallbackRecord, DownloadRecord, HookAttempt, RunHistory, TaskResultStatus } from './history.js';
import { randomId, randomToken } from './identifiers.js';
import type { DeadlineProfile, RunOptions, Stage } from './run-options.js';
import type { ViolationLog } from './violations.js';

/** What a run is made of besides its options. */
export interface RunParts {
  readonly options: RunOptions;
  readonly plan: Uint8Array | null;
  readonly clock: SimulatorClock;
  readonly violations: ViolationLog;
}

/** What became of a valid callback. */
export type CallbackEffect = 'taken' | 'terminal';

const FINAL: readonly TaskResultStatus[] = ['passed', 'failed', 'errored', 'canceled', 'unreachable'];

/** One task result as the platform keeps it: its ids, its token, its deadlines and what was called back. */
export class Run {
  readonly runId = randomId('run');
  readonly planId = randomId('plan');
  readonly configurationVersionId = randomId('cv');
  readonly callbackId = randomUUID();
  readonly accessToken = randomToken();
  readonly taskResultId: string;
  readonly stage: Stage;
  readonly faults: FaultScript;
  /** Resolved once the task result is in a terminal state and the answer that made it so has left. */
  readonly settled: Promise<void>;
  readonly createdAt: Date;
  /** The bytes sent to the hook, for repeats. */
  body: Buffer = Buffer.alloc(0);

  readonly #requests: HookAttempt[] = [];
  readonly #callbacks: CallbackRecord[] = [];
  readonly #downloads: DownloadRecord[] = [];
  readonly #profile: DeadlineProfile;
  readonly #spans: DeadlineSpans;
  #resolveSettled: () => void = () => undefined;
  #deadlines: Deadlines;
  #cancelTimer: () => void = () => undefined;
  #status: TaskResultStatus = 'pending';
  #message: string | null = null;
  #url: string | null = null;
  #outcomes: readonly Outcome[] = [];
  #startedAt: number;
  #finishedAt: number | null = null;
  #finalSent: 'passed' | 'failed' | null = null;

  constructor(readonly parts: RunParts) {
    const { options, clock } = parts;
    this.taskResultId = options.taskResultId ?? randomId('taskrs');
    this.stage = options.stage ?? 'post_plan';
    this.faults = new FaultScript(options.faults);
    this.#profile = options.deadlineProfile ?? 'rolling';
    this.#spans = deadlineSpans(this.#profile, options.timeScale ?? 1);
    this.#startedAt = clock.now();
    this.#deadlines = startDeadlines(this.#startedAt, this.#spans);
    this.createdAt = new Date(this.#startedAt);
    this.settled = new Promise((resolve) => {
      this.#resolveSettled = resolve;
    });
  }

  /** The request is being sent: the deadlines count from here, as long as nothing was called back. */
  start(): void {
    if (this.#status !== 'pending') return;
    this.#startedAt = this.parts.clock.now();
    this.#deadlines = startDeadlines(this.#startedAt, this.#spans);
    this.#armTimer();
  }

  /** Whether a bearer token is this run's and still works. */
  owns(token: string): boolean {
    const { clock, options } = this.parts;
    const age = clock.now() - this.createdAt.getTime();
    return token === this.accessToken && age <= (options.tokenLifetimeMs ?? Number.POSITIVE_INFINITY);
  }

  /** Notes what the receiver promised by sending a valid callback, whether or not the platform got to see it. */
  observe({ data }: CallbackDocument): void {
    this.#expireIfLate();
    const { status } = data.attributes;
    if (this.#status === 'errored') this.#violate('late_callback', `${status} came after the deadline`);
    if (this.#finalSent !== null && status === 'running') {
      this.#violate('progress_after_final', `running came after ${this.#finalSent}`);
    }
    if (this.#finalSent !== null && status !== 'running' && status !== this.#finalSent) {
      this.#violate('different_verdict', `${status} came after ${this.#finalSent}`);
    }
    if (status !== 'running') this.#finalSent ??= status;
  }

  /** Takes a valid callback, unless the task result is in a terminal state. */
  take({ data }: CallbackDocument): CallbackEffect {
    this.#expireIfLate();
    if (this.#isTerminal()) return 'terminal';
    const { status, message, url } = data.attributes;
    this.#message = message ?? this.#message;
    this.#url = url ?? this.#url;
    this.#outcomes = data.relationships?.outcomes.data ?? this.#outcomes;
    if (status === 'running') this.#progress();
    else this.#end(status, this.#message);
    return 'taken';
  }

  /** The answer to a callback has left. */
  answerLeft(): void {
    if (this.#isTerminal()) this.#resolveSettled();
  }

  /** Whether its request offered `capabilities.outcomes`. */
  get takesOutcomes(): boolean {
    const { capabilities } = this.parts.options;
    return capabilities === undefined || capabilities?.outcomes === true;
  }

  /** Keeps what came to the callback URL; the answer is noted in it later. */
  record(callback: CallbackRecord): CallbackRecord {
    this.#callbacks.push(callback);
    return callback;
  }

  /** Keeps that something was asked for; the answer is noted in it later. */
  recordDownload(download: DownloadRecord): DownloadRecord {
    this.#downloads.push(download);
    return download;
  }

  /** Keeps that the request is being sent; what the hook answered is noted in it later. */
  recordRequest(attempt: HookAttempt): HookAttempt {
    this.#requests.push(attempt);
    return attempt;
  }

  /** The hook took the request in none of the tries. */
  giveUp(): void {
    if (this.#status === 'pending') this.#finish('unreachable', 'The run task could not be reached.');
  }

  /** A person cancelled the run, or the simulator stops. */
  cancel(): void {
    if (!this.#isTerminal()) this.#finish('canceled');
  }

  history(): RunHistory {
    const { options, violations } = this.parts;
    return {
      taskResultId: this.taskResultId,
      runId: this.runId,
      stage: this.stage,
      organizationName: options.organizationName ?? DEFAULT_ORGANIZATION,
      workspaceName: options.workspaceName ?? DEFAULT_WORKSPACE,
      status: this.#status,
      message: this.#message,
      url: this.#url,
      outcomes: this.#outcomes,
      startedAt: iso(this.#startedAt),
      progressBy: iso(this.#deadlines.progressBy),
      finalBy: iso(this.#deadlines.finalBy),
      finishedAt: this.#finishedAt === null ? null : iso(this.#finishedAt),
      requests: [...this.#requests],
      callbacks: [...this.#callbacks],
      downloads: [...this.#downloads],
      violations: violations.of(this.taskResultId),
    };
  }

  #progress(): void {
    this.#status = 'running';
    const now = this.parts.clock.now();
    this.#deadlines = moveDeadlines(this.#deadlines, { now, profile: this.#profile, spans: this.#spans });
    this.#armTimer();
  }

  #finish(status: TaskResultStatus, message: string | null = this.#message): void {
    this.#end(status, message);
    this.#resolveSettled();
  }

  #end(status: TaskResultStatus, message: string | null): void {
    this.#cancelTimer();
    this.#status = status;
    this.#message = message;
    this.#finishedAt = this.parts.clock.now();
  }

  #isTerminal(): boolean {
    return FINAL.includes(this.#status);
  }

  #armTimer(): void {
    this.#cancelTimer();
    const { clock } = this.parts;
    this.#cancelTimer = clock.after(this.#nearestDeadline() - clock.now(), () => {
      this.#expireIfLate();
      // A timer may fire a moment early, and a long one is cut to what Node can wait.
      if (!this.#isTerminal()) this.#armTimer();
    });
  }

  #nearestDeadline(): number {
    return Math.min(this.#deadlines.progressBy, this.#deadlines.finalBy);
  }

  /** Also asked before every callback: a timer may be behind. */
  #expireIfLate(): void {
    if (this.#isTerminal() || this.parts.clock.now() < this.#nearestDeadline()) return;
    this.#finish('errored', 'The run task did not answer in time.');
  }

  #violate(code: 'late_callback' | 'progress_after_final' | 'different_verdict', detail: string): void {
    this.parts.violations.add(code, this.taskResultId, detail);
  }
}

/** The organization a run belongs to unless its options say otherwise. */
export const DEFAULT_ORGANIZATION = 'acme';
/** The workspace a run belongs to unless its options say otherwise. */
export const DEFAULT_WORKSPACE = 'web-production';

function iso(moment: number): string {
  return new Date(moment).toISOString();
}
