import { Archive } from './archive.js';
import type { SimulatorClock } from './clock.js';
import { SimulatorError } from './errors.js';
import { Organizations } from './organization/organizations.js';
import { REGISTRATION_CALLBACK_ID } from './request-body.js';
import type { Run } from './run.js';
import { ViolationLog } from './violations.js';

/** What the endpoints of one simulator share: its runs, its temporary URLs and what it saw go wrong. */
export class SimulatorState {
  readonly violations: ViolationLog;
  readonly archive: Archive;
  readonly organizations: Organizations;
  /** Where the simulator listens; known once it does. */
  origin = '';
  readonly #byTaskResultId = new Map<string, Run>();
  readonly #byCallbackId = new Map<string, Run>();
  readonly #byPlanId = new Map<string, Run>();
  readonly #byConfigurationId = new Map<string, Run>();
  readonly #byToken = new Map<string, Run>();

  constructor(
    readonly clock: SimulatorClock,
    /** Aborted when the simulator closes. */
    readonly stopped: AbortSignal,
  ) {
    this.archive = new Archive(clock);
    this.violations = new ViolationLog(clock);
    this.organizations = new Organizations(clock);
  }

  add(run: Run): void {
    this.#byTaskResultId.set(run.taskResultId, run);
    this.#byCallbackId.set(run.callbackId, run);
    this.#byPlanId.set(run.planId, run);
    this.#byConfigurationId.set(run.configurationVersionId, run);
    this.#byToken.set(run.accessToken, run);
  }

  runs(): readonly Run[] {
    return [...this.#byTaskResultId.values()];
  }

  /** @throws SimulatorError `unknown_run` */
  run(taskResultId: string): Run {
    const run = this.#byTaskResultId.get(taskResultId);
    if (run === undefined) throw new SimulatorError('unknown_run', `No run has the task result id ${taskResultId}.`);
    return run;
  }

  runOfCallback(callbackId: string): Run | undefined {
    if (callbackId === REGISTRATION_CALLBACK_ID) {
      this.violations.add('registration_called_back', null, 'A registration request must not be called back.');
    }
    return this.#byCallbackId.get(callbackId);
  }

  runOfPlan(planId: string): Run | undefined {
    return this.#byPlanId.get(planId);
  }

  runOfConfiguration(configurationVersionId: string): Run | undefined {
    return this.#byConfigurationId.get(configurationVersionId);
  }

  /** Whether a token belongs to some run other than this one: one organization's token on another's address. */
  isTokenOfAnother(token: string, run: Run): boolean {
    const owner = this.#byToken.get(token);
    return owner !== undefined && owner !== run;
  }
}
