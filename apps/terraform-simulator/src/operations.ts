import { deliverAgain } from './delivery.js';
import type { RunHistory, Violation } from './history.js';
import type { HookAnswer } from './hook-client.js';
import { sendRegistration, type Registration, type RegistrationAnswer } from './registration.js';
import { handleOf, type RunHandle } from './run-handle.js';
import type { RunOptions } from './run-options.js';
import { startRun } from './start-run.js';
import type { SimulatorState } from './state.js';

/** What one can do with a running simulator, in this process or over its control API. */
export interface Operations {
  /** Sends the signed test request of HCP Terraform once; accepted is exactly 200. */
  sendRegistration(registration: Registration): Promise<RegistrationAnswer>;
  /**
   * Sends the request of a run's stage; resolves when the hook took it, or the tries are used up.
   * @throws SimulatorError `unknown_fixture`, `not_loopback`
   */
  startRun(options: RunOptions): Promise<RunHandle>;
  /**
   * Sends the identical bytes once more.
   * @throws SimulatorError `unknown_run`
   */
  sendAgain(run: Pick<RunHandle, 'taskResultId'>): Promise<HookAnswer>;
  /** @throws SimulatorError `unknown_run` */
  history(taskResultId: string): RunHistory;
  /** Resolves when the run is in a terminal state. @throws SimulatorError `unknown_run` */
  finished(taskResultId: string): Promise<RunHistory>;
  histories(): readonly RunHistory[];
  /** As a person would cancel the run: later callbacks get 409. @throws SimulatorError `unknown_run` */
  cancel(taskResultId: string): void;
  /** Every broken promise so far, of all runs. */
  violations(): readonly Violation[];
}

/** The operations over one simulator's state. */
export function operationsOn(state: SimulatorState): Operations {
  return {
    async sendRegistration(registration) {
      return await sendRegistration(registration, state.stopped);
    },
    async startRun(options) {
      const { run, accepted } = await startRun(state, options);
      return handleOf(run, accepted);
    },
    async sendAgain({ taskResultId }) {
      return await deliverAgain(state.run(taskResultId), state.stopped);
    },
    history: (taskResultId) => state.run(taskResultId).history(),
    async finished(taskResultId) {
      const run = state.run(taskResultId);
      await run.settled;
      return run.history();
    },
    histories: () => state.runs().map((run) => run.history()),
    cancel(taskResultId) {
      state.run(taskResultId).cancel();
    },
    violations: () => state.violations.all(),
  };
}
