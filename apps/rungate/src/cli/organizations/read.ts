import { routes, type OrganizationBody } from '@rungate/contract';
import { show, showAll, type Context } from '../act.js';
import { fields, table } from '../table.js';

/** Which organizations to list. */
export interface OrganizationFilter {
  readonly query?: string | undefined;
  readonly tag?: string | undefined;
}

/** `rungate organizations list`. */
export async function listOrganizations(context: Context, { query: q, tag }: OrganizationFilter): Promise<undefined> {
  const all = context.client.list(routes.listOrganizations, { params: {}, query: { limit: 200, q, tag } });
  await showAll(context, all, organizationTable);
}

/** `rungate organizations show`. */
export async function showOrganization(context: Context, org: string): Promise<undefined> {
  const { body } = await context.client.call(routes.getOrganization, { params: { org } });
  show(context, body, organizationFields);
}

/** An organization, as a person reads it. */
export function organizationFields(organization: OrganizationBody): string {
  const {
    intakePause: pause,
    slug,
    displayName,
    tags,
    state,
    weight,
    maxInFlight,
    retentionDays,
    inputRetentionDays,
  } = organization;
  return fields([
    ['organization', slug],
    ['display name', displayName],
    ['state', state],
    ...(pause === null ? [] : [['intake', `paused by ${pause.by} at ${pause.at}: ${pause.reason}`] as const]),
    ['tags', tags.join(', ')],
    ['weight', weight],
    ['at once', maxInFlight ?? 'as many as the platform'],
    ['retention', `${retentionDays} days; masked plans ${inputRetentionDays} days`],
    ['created', organization.createdAt],
    ...(organization.managedBy === null ? [] : [['managed by', organization.managedBy] as const]),
    ...(organization.purgeAt === null ? [] : [['purged at', organization.purgeAt] as const]),
  ]);
}

function organizationTable(organizations: readonly OrganizationBody[]): string {
  const rows = organizations.map(({ slug, state, weight, tags, displayName }) => [
    slug,
    state,
    weight,
    tags.join(', '),
    displayName,
  ]);
  return table(['ORGANIZATION', 'STATE', 'WEIGHT', 'TAGS', 'DISPLAY NAME'], rows);
}
