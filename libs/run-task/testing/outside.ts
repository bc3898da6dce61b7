import type {
  CallbackAnswer,
  CallbackRequest,
  CallbackSender,
  CheckEnd,
  Assignment,
  CheckRunner,
  PlanAnswer,
  PlanRequest,
  PlanSource,
  Queue,
  TicketKind,
} from '../src/index.js';
import { reported } from './builders.js';

/** A queue that remembers its tickets and can be away. */
export class RecordingQueue implements Queue {
  readonly tickets: { readonly kind: TicketKind; readonly delayMs: number }[] = [];
  away = false;

  issue(kind: TicketKind, delayMs = 0): Promise<boolean> {
    if (!this.away) this.tickets.push({ kind, delayMs });
    return Promise.resolve(!this.away);
  }
}

/** The callback was taken. */
export const OK: CallbackAnswer = { kind: 'status', status: 200, retryAfterMs: null, title: null };

/** A caller that answers as told, and 200 once it was told nothing more. */
export class ScriptedCallbacks implements CallbackSender {
  readonly sent: CallbackRequest[] = [];

  constructor(private readonly answers: CallbackAnswer[] = []) {}

  send(request: CallbackRequest): Promise<CallbackAnswer> {
    this.sent.push(request);
    return Promise.resolve(this.answers.shift() ?? OK);
  }
}

/** Plans that are there, unless `unavailable` says why not; counts how many are on disk. */
export class FakePlans implements PlanSource {
  readonly requests: PlanRequest[] = [];
  unavailable: string | null = null;
  onDisk = 0;
  /** What happens while the plan is fetched. */
  meanwhile = (): void => undefined;

  fetchPlan(request: PlanRequest): Promise<PlanAnswer> {
    this.requests.push(request);
    this.meanwhile();
    if (this.unavailable !== null) return Promise.resolve({ kind: 'unavailable', reason: this.unavailable });
    this.onDisk += 1;
    const dispose = (): Promise<void> => {
      this.onDisk -= 1;
      return Promise.resolve();
    };
    return Promise.resolve({ kind: 'fetched', plan: { path: '/plans/1/plan.json', bytes: 2, dispose } });
  }
}

type Script = (assignment: Assignment, ended: (end: CheckEnd) => void) => Promise<void> | void;

/** A runner that does as told, and reports no findings when it was told nothing. */
export class ScriptedRunner implements CheckRunner {
  readonly assignments: Assignment[] = [];

  constructor(
    private readonly script: Script = (assignment, ended) => {
      for (const check of assignment.checks) ended(reported(check.name));
    },
  ) {}

  async run(assignment: Assignment, ended: (end: CheckEnd) => void): Promise<void> {
    this.assignments.push(assignment);
    await this.script(assignment, ended);
  }
}
