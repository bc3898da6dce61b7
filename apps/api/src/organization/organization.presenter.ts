import type { OrganizationBody, OrganizationPut } from '@rungate/contract';
import type { Organization, PutAnswer } from '@rungate/run-task';

/** An organization as the contract shows it. */
export function presentOrganization(organization: Organization): OrganizationBody {
  const { intakePause: pause } = organization;
  return {
    slug: organization.slug,
    displayName: organization.displayName,
    tags: organization.tags,
    weight: organization.weight,
    maxInFlight: organization.maxInFlight,
    retentionDays: organization.retentionDays,
    inputRetentionDays: organization.inputRetentionDays,
    state: organization.state,
    managedBy: organization.managedBy,
    createdAt: organization.createdAt.toISOString(),
    purgeAt: organization.purgeAt?.toISOString() ?? null,
    intakePause: pause === null ? null : { ...pause, at: pause.at.toISOString() },
    viewsAllowed: organization.viewsAllowed,
  };
}

/** What a PUT did; `imagined` when a dry run would have created it. */
export function presentOrganizationPut(
  { kind, changed, stored }: PutAnswer<Organization>,
  imagined: boolean,
): OrganizationPut {
  const organization = presentOrganization(stored);
  return { ...organization, createdAt: imagined ? null : organization.createdAt, change: kind, changed };
}
