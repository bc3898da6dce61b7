import { Api, type TaskResultDetail } from './api.js';
import { startRungate, type Rungate, type RungateOptions } from './rungate-process.js';
import { startSimulator, type History, type RunOptions, type Simulator } from './simulator-process.js';

/** The platform and a simulated Terraform, each a process. */
export interface Installation {
  readonly rungate: Rungate;
  readonly simulator: Simulator;
  readonly api: Api;
}

/** One task result, as both sides know it at its end. */
export interface Judged {
  readonly history: History;
  readonly detail: TaskResultDetail;
}

/** A check that blocks what replaces or destroys the resources of the simulator's plans. */
export const GUARD = {
  name: 'guard',
  use: 'destructive-guard',
  stages: ['post_plan'],
  enforcement: 'mandatory',
  config: { protectedTypes: ['terraform_data'] },
};

/** A check that passes whatever it sees. */
export const SUMMARY = { name: 'summary', use: 'plan-summary', stages: ['post_plan'], enforcement: 'advisory' };

/** Starts both. */
export async function startInstallation(options: RungateOptions = {}): Promise<Installation> {
  const [rungate, simulator] = await Promise.all([startRungate(options), startSimulator()]);
  return { rungate, simulator, api: new Api(rungate) };
}

/** Sends one run through, from its request to its end on both sides. */
export async function judgeRun({ simulator, api }: Installation, options: RunOptions): Promise<Judged> {
  const { taskResultId, accepted } = await simulator.start(options);
  if (!accepted) throw new Error(`the request of ${taskResultId} was not accepted`);
  const detail = await api.settled(taskResultId);
  return { history: await simulator.history(taskResultId), detail };
}
