import { routes, type ManagementClient } from '@rungate/contract';
import { plainText } from '@rungate/run-task';
import { CommandError } from '../errors.js';

/** The run task that is meant: the one that is named, or the only one. @throws CommandError when that is not clear. */
export async function nameOfRunTask(client: ManagementClient, org: string, named: string | undefined): Promise<string> {
  if (named !== undefined) return named;
  const { body } = await client.call(routes.listRunTasks, { params: { org }, query: { limit: 20 } });
  const [first, ...others] = body.items;
  if (first === undefined) throw new CommandError('not_found', `${plainText(org, 100)} has no run task yet.`);
  if (others.length === 0) return first.name;
  const names = body.items.map(({ name }) => name).join(', ');
  throw new CommandError('usage', plainText(`${org} has several run tasks: name one of ${names}.`, 500));
}
