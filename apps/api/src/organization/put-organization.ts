import { Inject, Injectable } from '@nestjs/common';
import { RETENTION, routes, type DesiredOrganization } from '@rungate/contract';
import type {
  Change,
  Expected,
  Organization,
  OrganizationSettings,
  PutAnswer,
  PutOrganization as DesiredOfStore,
} from '@rungate/run-task';
import { FieldAuthority } from '../edge/field-authority.js';
import type { Requester } from '../edge/requester.js';
import { stale } from '../edge/revision.js';
import { ApiError } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';

/** One organization as a request wants it. */
export interface WantedOrganization {
  readonly slug: string;
  readonly body: DesiredOrganization;
  /** Fields that the body names. */
  readonly given: ReadonlySet<string>;
  readonly expected: Expected;
  readonly dryRun: boolean;
}

/** Brings an organization to the desired state, as far as its sender may. */
@Injectable()
export class PutOrganization {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  /** @throws ApiError `forbidden`, `conflict`, `stale`. */
  async put(requester: Requester, wanted: WantedOrganization): Promise<PutAnswer<Organization>> {
    const { principal, scope } = requester;
    const stored = principal.kind === 'organization' ? await this.options.organizations.find(scope, wanted.slug) : null;
    const answer = await this.options.organizations.put(this.desired(requester, wanted, stored));
    if (answer.rejected === 'stale') throw stale('organization');
    if (answer.rejected === undefined) return answer;
    throw new ApiError('conflict', 'This slug cannot be used. Choose another one.');
  }

  /** What the store is asked for. A field that is left out, and that the sender may not change, stays as it is stored. */
  desired(
    { principal, scope, actor: by }: Requester,
    { slug, body, given, expected, dryRun }: WantedOrganization,
    stored: Organization | null = null,
  ): DesiredOfStore {
    const authority = new FieldAuthority(routes.putOrganization.body, principal);
    const desired = { ...body, displayName: body.displayName ?? slug };
    return {
      slug,
      settings: authority.keeping<OrganizationSettings>(desired, given, stored),
      scope,
      expected,
      allow: (change) => {
        authority.allow(change.changed.filter((field) => !isUsualRetention(field, change)));
      },
      by,
      dryRun,
    };
  }
}

/** Keeping less, or what is usual, is for everybody to choose. */
function isUsualRetention(field: string, { before, after }: Change<OrganizationSettings>): boolean {
  if (field !== 'retentionDays' && field !== 'inputRetentionDays') return false;
  return after[field] <= Math.max(RETENTION[field], before?.[field] ?? 0);
}
