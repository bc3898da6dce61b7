import { deliverAgain } from './delivery.js';
import { SimulatorError } from './errors.js';
import type { RunHistory, Violation } from './history.js';
import type { HookAnswer } from './hook-client.js';
import type { Task, WorkspaceTask } from './organization/organization.js';
import type { ApiRequestRecord, OrganizationOptions } from './organization/organizations.js';
import type { TokenOptions } from './organization/token.js';
import { sendRegistration, type Registration, type RegistrationAnswer } from './registration.js';
import { handleOf, type RunHandle } from './run-handle.js';
import type { RunOptions } from './run-options.js';
import { DEFAULT_WORKSPACE } from './run.js';
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
  /** Makes an organization with workspaces, or adds workspaces to it. */
  createOrganization(options: OrganizationOptions): OrganizationView;
  /** @throws SimulatorError `unknown_organization` */
  organization(name: string): OrganizationView;
  /** A token for the API of one organization. @throws SimulatorError `unknown_organization` */
  createToken(options: TokenOptions): string;
  /**
   * A run of a workspace that reaches a stage where a task of its organization is attached, with the task's own address,
   * key and enforcement. @throws SimulatorError `unknown_task`
   */
  startRunOf(taskId: string, options: TaskRunOptions): Promise<RunHandle>;
  /** Every request to the API of organizations, in order. */
  apiRequests(): readonly ApiRequestRecord[];
}

/** A run of a task: what the task says cannot be chosen. */
export type TaskRunOptions = Omit<RunOptions, 'hookUrl' | 'hmacKey' | 'organizationName' | 'enforcement'>;

/** What an organization holds; the keys of its tasks are always null, as the API shows them. */
export interface OrganizationView {
  readonly name: string;
  readonly workspaces: readonly { readonly id: string; readonly name: string }[];
  readonly tasks: readonly Task[];
  readonly workspaceTasks: readonly WorkspaceTask[];
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
    createOrganization: (options) => viewOf(state, state.organizations.ensure(options).name),
    organization: (name) => viewOf(state, name),
    createToken: (options) => state.organizations.createToken(options).value,
    async startRunOf(taskId, options) {
      const { run, accepted } = await startRun(state, { ...options, ...placeOf(state, taskId, options) });
      return handleOf(run, accepted);
    },
    apiRequests: () => [...state.organizations.requests],
  };
}

function viewOf({ organizations }: SimulatorState, name: string): OrganizationView {
  const { workspaces, tasks, workspaceTasks } = organizations.require(name);
  return {
    name,
    workspaces: [...workspaces.values()].map((workspace) => ({ id: workspace.id, name: workspace.name })),
    tasks: [...tasks.values()].map((task) => ({ ...task, hmacKey: null })),
    workspaceTasks: [...workspaceTasks.values()],
  };
}

/** Where a task is called, with which key, and what its failure means: in the workspace where it is attached, else everywhere. */
function placeOf(
  { organizations }: SimulatorState,
  taskId: string,
  { workspaceName = DEFAULT_WORKSPACE }: TaskRunOptions,
): Pick<RunOptions, 'hookUrl' | 'hmacKey' | 'organizationName' | 'enforcement'> {
  const task = organizations.task(taskId);
  if (task === undefined) throw new SimulatorError('unknown_task', `No task has the id ${taskId}.`);
  const organization = organizations.require(task.organization);
  const workspaceId = organization.workspaceNamed(workspaceName)?.id ?? '';
  const placed = organization.workspaceTasksOf({ taskId }).find((each) => each.workspaceId === workspaceId);
  return {
    hookUrl: task.url,
    hmacKey: task.hmacKey,
    organizationName: task.organization,
    enforcement: (placed ?? task.globalConfiguration).enforcementLevel,
  };
}
