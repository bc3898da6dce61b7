import { routes, type ManagementClient } from '@rungate/contract';
import type { RunHistory, TerraformSimulator } from '@rungate/terraform-simulator';
import type { Scenario } from './scenarios.js';
import type { CreatedRunTask } from './set-up.js';

/** A scenario as it went, with everything that was not as expected. */
export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly runTask: CreatedRunTask;
  readonly history: RunHistory;
  readonly durationMs: number;
  readonly problems: readonly string[];
}

interface Stage {
  readonly scenario: Scenario;
  readonly runTask: CreatedRunTask;
  readonly simulator: TerraformSimulator;
  readonly client: ManagementClient;
  /** The platform's `RUNGATE_TIME_SCALE`: both must agree on when a deadline is. */
  readonly timeScale: number;
}

/** Starts the run, waits until the simulated Terraform has its final answer, and compares it with what was expected. */
export async function runScenario(stage: Stage): Promise<ScenarioResult> {
  const { scenario, runTask, simulator, client, timeScale } = stage;
  const startedAt = performance.now();
  const { hookUrl, hmacKey } = runTask;
  const run = await simulator.startRun({ ...scenario.run, hookUrl, hmacKey, timeScale });
  if (scenario.duplicate) await simulator.sendAgain(run);
  const history = await run.finished;
  const stored = await statesOf(client, run.taskResultId);
  const durationMs = performance.now() - startedAt;
  return { scenario, runTask, history, durationMs, problems: problemsOf(scenario, history, stored) };
}

/** States of the task results that were stored under the caller's id: one, unless duplicates were not noticed. */
async function statesOf(client: ManagementClient, taskResultId: string): Promise<readonly string[]> {
  const { body } = await client.call(routes.listTaskResults, { params: {}, query: { taskResultId } });
  return body.items.map(({ state }) => state);
}

function problemsOf({ expected }: Scenario, history: RunHistory, stored: readonly string[]): readonly string[] {
  const finals = history.callbacks.filter(({ status }) => status !== 'running');
  const attempt = expected.attempt ?? 1;
  return [
    ...(history.status === expected.verdict ? [] : [`is ${history.status}, not ${expected.verdict}`]),
    ...(history.message?.includes(expected.message) ? [] : [`does not say "${expected.message}"`]),
    ...(finals.length === attempt ? [] : [`was called back ${finals.length} times, not ${attempt}`]),
    ...(stored.length === 1 ? [] : [`is stored ${stored.length} times`]),
  ];
}
