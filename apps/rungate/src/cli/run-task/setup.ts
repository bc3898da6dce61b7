import { routes, type SetupQuery } from '@rungate/contract';
import type { Context } from '../act.js';
import { nameOfRunTask } from '../run-tasks/name.js';
import type { Named } from './verify.js';

/** For whom and as what the kit is printed. */
export type SetupOptions = Partial<
  Pick<SetupQuery, 'format' | 'terraformOrganization' | 'workspace' | 'tag' | 'stage' | 'enforcement'>
>;

/** `rungate run-task setup`: text for a file or a person, encoded for its format by the platform. */
export async function printSetup({ client }: Context, { org, name }: Named, options: SetupOptions): Promise<undefined> {
  const params = { org, name: await nameOfRunTask(client, org, name) };
  const { body } = await client.call(routes.getRunTaskSetup, { params, query: options });
  process.stdout.write(body.endsWith('\n') ? body : `${body}\n`);
}
