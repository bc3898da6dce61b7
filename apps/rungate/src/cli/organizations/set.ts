import { organizationSettings, routes, type OrganizationPut, type OrganizationPutBody } from '@rungate/contract';
import { show, type Context } from '../act.js';
import { orNull } from '../missing.js';
import { putSentence } from '../put-sentence.js';

/** What the options of `organizations set` say; what they do not name stays as it is. */
export interface OrganizationOptions {
  readonly displayName?: string;
  readonly tag?: readonly string[];
  /** False with `--no-tags`. */
  readonly tags: boolean;
  readonly weight?: number;
  /** 0: no limit. */
  readonly maxInFlight?: number;
  readonly retentionDays?: number;
  readonly inputRetentionDays?: number;
  readonly dryRun: boolean;
}

/** `rungate organizations set`: reads what there is, and puts the options over it. */
export async function setOrganization(context: Context, org: string, options: OrganizationOptions): Promise<undefined> {
  const { client } = context;
  const current = await orNull(client.call(routes.getOrganization, { params: { org } }));
  const { body } = await client.call(routes.putOrganization, {
    params: { org },
    query: { dryRun: options.dryRun },
    // Not over what somebody else changed meanwhile.
    headers: current?.etag == null ? {} : { 'if-match': current.etag },
    body: { ...(current === null ? {} : organizationSettings.parse(current.body)), ...wanted(options) },
  });
  show(context, body, (put) => sentence(put, options.dryRun));
}

function wanted({ tag, tags, maxInFlight, ...options }: OrganizationOptions): OrganizationPutBody {
  const { displayName, weight, retentionDays, inputRetentionDays } = options;
  const named = { displayName, weight, retentionDays, inputRetentionDays };
  return {
    ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)),
    ...(tags ? {} : { tags: [] }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(maxInFlight === undefined ? {} : { maxInFlight: maxInFlight === 0 ? null : maxInFlight }),
  };
}

function sentence(put: OrganizationPut, dryRun: boolean): string {
  return putSentence(`organization ${put.slug}`, put, dryRun);
}
