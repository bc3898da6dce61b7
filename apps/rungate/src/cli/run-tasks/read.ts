import { routes, type RunTaskBody } from '@rungate/contract';
import { show, showAll, type Context } from '../act.js';
import { fields, table } from '../table.js';
import { nameOfRunTask } from './name.js';

/** `rungate run-tasks list`. */
export async function listRunTasks({ client, json }: Context, org: string): Promise<undefined> {
  const all = client.list(routes.listRunTasks, { params: { org }, query: { limit: 200 } });
  await showAll({ json }, all, runTaskTable);
}

/** `rungate run-tasks show`. */
export async function showRunTask(context: Context, org: string, name?: string): Promise<undefined> {
  const params = { org, name: await nameOfRunTask(context.client, org, name) };
  const { body } = await context.client.call(routes.getRunTask, { params });
  show(context, body, runTaskText);
}

/** A run task with its checks and keys, as a person reads it. */
function runTaskText(runTask: RunTaskBody): string {
  const { checks, hmacKeys } = runTask;
  return [
    fields([
      ['run task', `${runTask.organization}/${runTask.name}`],
      ['state', runTask.state],
      ['hook URL', runTask.hookUrl],
      ['Terraform', runTask.terraformOrigin],
      ['downloads', runTask.downloadOrigins.join(', ')],
      ['deadlines', `${runTask.deadlineProfile}; ${runTask.onTimeout} when time runs out`],
      ['created', runTask.createdAt],
    ]),
    table(
      ['CHECK', 'PLUGIN', 'ENFORCEMENT', 'STAGES'],
      checks.map((check) => [check.name, check.use, check.enforcement, check.stages.join(', ')]),
    ),
    table(
      ['KEY', 'FINGERPRINT', 'STATE', 'LAST USED'],
      hmacKeys.map((key) => [key.id, key.fingerprint, key.state, key.lastUsedAt]),
    ),
  ].join('\n');
}

function runTaskTable(runTasks: readonly RunTaskBody[]): string {
  const rows = runTasks.map(({ name, state, checks, hmacKeyFingerprint, terraformOrigin, hookUrl }) => [
    name,
    state,
    checks.length,
    hmacKeyFingerprint,
    terraformOrigin,
    hookUrl,
  ]);
  return table(['RUN TASK', 'STATE', 'CHECKS', 'KEY', 'TERRAFORM', 'HOOK URL'], rows);
}
