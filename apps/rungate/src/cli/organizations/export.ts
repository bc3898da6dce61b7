import { organizationSettings, routes, runTaskSettings, type OrganizationBody } from '@rungate/contract';
import type { Context } from '../act.js';
import { printJson } from '../print-json.js';
import type { OrganizationFilter } from './read.js';

/** Organizations whose run tasks are read at once. */
const AT_ONCE = 8;

/** `rungate organizations export`: lines as `apply` takes them, without keys. */
export async function exportOrganizations(context: Context, { query: q, tag }: OrganizationFilter): Promise<undefined> {
  let group: OrganizationBody[] = [];
  for await (const organization of context.client.list(routes.listOrganizations, {
    params: {},
    query: { limit: 200, q, tag },
  })) {
    group.push(organization);
    if (group.length < AT_ONCE) continue;
    await printLines(context, group);
    group = [];
  }
  await printLines(context, group);
}

async function printLines(context: Context, organizations: readonly OrganizationBody[]): Promise<void> {
  const lines = await Promise.all(organizations.map((organization) => lineOf(context, organization)));
  for (const line of lines) printJson(line);
}

async function lineOf({ client }: Context, organization: OrganizationBody): Promise<object> {
  const runTasks: object[] = [];
  const params = { org: organization.slug };
  for await (const runTask of client.list(routes.listRunTasks, { params, query: { limit: 200 } })) {
    runTasks.push({ name: runTask.name, ...runTaskSettings.parse(runTask) });
  }
  return { slug: organization.slug, ...organizationSettings.parse(organization), runTasks };
}
