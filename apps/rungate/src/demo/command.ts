import { createHmac } from 'node:crypto';
import { ROLES, type Environment } from '@rungate/config';
import { ManagementClient } from '@rungate/contract';
import { createTerraformSimulator } from '@rungate/terraform-simulator';
import { send } from '../cli/http.js';
import { startPlatform } from '../serve/platform.js';
import { listenForStop } from '../serve/signals.js';
import { printHeading, printResult, printSummary } from './print.js';
import { runScenario } from './run-scenario.js';
import { SCENARIOS } from './scenarios.js';
import { setUpRunTasks } from './set-up.js';

/** Deadlines run 25 times as fast unless the environment says otherwise, so that a run that hangs is judged in half a minute. */
const TIME_SCALE = '0.04';

/**
 * `rungate demo`: the whole platform, and a simulated Terraform that sends it real, signed run tasks with real plans.
 * With `once` it ends after the last verdict; the exit status tells whether every one came as expected.
 */
export async function runDemo(env: Environment, once: boolean): Promise<void> {
  const { asked, hurry } = listenForStop();
  const given = env.RUNGATE_TIME_SCALE ?? '';
  const timeScale = given === '' ? TIME_SCALE : given;
  const defaults = { RUNGATE_TIME_SCALE: timeScale, RUNGATE_LOG_LEVEL: 'error' };
  const platform = await startPlatform({ env, roles: ROLES, development: 'always', defaults, hurry });
  try {
    const simulator = await createTerraformSimulator();
    try {
      printHeading({ platformUrl: platform.url, simulatorUrl: simulator.origin, timeScale: Number(timeScale) });
      const token = platform.bootstrapToken ?? '';
      const client = new ManagementClient({ url: platform.url, token, send });
      const runTasks = await setUpRunTasks({ client, simulator, secretOf: (name) => derivedSecret(token, name) });
      const results = await Promise.all(
        SCENARIOS.map(async (scenario) => {
          const result = await runScenario({
            scenario,
            runTask: runTasks[scenario.runTask],
            simulator,
            client,
            timeScale: Number(timeScale),
          });
          printResult(result);
          return result;
        }),
      );
      const allRight = printSummary(results, simulator.violations());
      if (once) process.exitCode = allRight ? 0 : 1;
      else await keepShowing(platform.url, asked);
    } finally {
      await simulator.close();
    }
  } finally {
    await platform.close();
  }
}

async function keepShowing(url: string, stop: Promise<void>): Promise<void> {
  process.stdout.write(`\nThe platform stays up at ${url} (management API: ${url}/api/v1). Ctrl-C ends it.\n`);
  await stop;
}

/** The same key at every start of the demo on one data directory: a PUT with another one would be a rotation. */
function derivedSecret(token: string, runTask: string): string {
  return createHmac('sha256', token).update(`demo ${runTask}`).digest('hex');
}
