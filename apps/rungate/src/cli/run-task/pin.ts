import { routes } from '@rungate/contract';
import { plain, plainText } from '@rungate/run-task';
import { show, type Context } from '../act.js';
import { nameOfRunTask } from '../run-tasks/name.js';
import type { Named } from './verify.js';

/** Longest name that is printed, characters. */
const NAME_LIMIT = 100;

/** `rungate run-task pin`; null: the organization of the next run. */
export async function pinRunTask(
  context: Context,
  { org, name }: Named,
  terraformOrganization: string | null,
): Promise<undefined> {
  const params = { org, name: await nameOfRunTask(context.client, org, name) };
  const { body } = await context.client.call(routes.pinRunTask, { params, body: { terraformOrganization } });
  show(context, body, ({ terraformOrganization: pinned }) =>
    pinned === null
      ? 'The next run says to which Terraform organization the run task belongs.\n'
      : `${plain`Runs of the Terraform organization ${plainText(pinned, NAME_LIMIT)} are judged; those of others fail.`}\n`,
  );
}
