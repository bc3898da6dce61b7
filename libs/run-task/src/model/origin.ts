/** Whether an operator lets an organization's run tasks reach an origin. */
export type OriginState = 'pending' | 'approved' | 'refused';

/** What was granted to an organization at one origin; it counts for no other organization and no other origin. */
export interface OriginGrant {
  /** `https://host[:port]`; the port is granted with it. */
  readonly origin: string;
  /** CIDRs of private addresses that the host may lead to. */
  readonly privateRanges: readonly string[];
  /** PEM of authorities to trust besides the usual ones; null for none. */
  readonly caBundle: string | null;
}

/** What is recorded of an organization and an origin. */
export interface OriginRecord extends OriginGrant {
  readonly state: OriginState;
}

/** Origins that organizations may choose themselves. */
export interface OpenOrigins {
  /** `RUNGATE_TERRAFORM_ORIGINS`. */
  readonly origins: readonly string[];
}

/** Whether an origin needs nobody's approval: one of the installation, or the archivist of one. */
export function isOpenOrigin(origin: string, { origins }: OpenOrigins): boolean {
  return origins.some((open) => origin === open || origin === archivistOf(open));
}

/** Whether an organization may reach an origin, by what is recorded of it (null: nothing). */
export function originStateOf(origin: string, recorded: OriginState | null, open: OpenOrigins): OriginState {
  if (recorded === 'refused' || recorded === 'approved') return recorded;
  return isOpenOrigin(origin, open) ? 'approved' : 'pending';
}

/** What an organization may reach of `origins`: an origin without a grant is never connected to. */
export function grantsOf(
  origins: readonly string[],
  records: readonly OriginRecord[],
  open: OpenOrigins,
): readonly OriginGrant[] {
  return [...new Set(origins)].flatMap((origin) => {
    const record = records.find((each) => each.origin === origin);
    if (originStateOf(origin, record?.state ?? null, open) !== 'approved') return [];
    const { privateRanges = [], caBundle = null } = record?.state === 'approved' ? record : {};
    return [{ origin, privateRanges, caBundle }];
  });
}

/** Where HCP Terraform redirects downloads to (HashiCorp, "HCP Terraform security model"); null for other hosts. */
function archivistOf(origin: string): string | null {
  const region = /^https:\/\/app\.((?:[a-z]+\.)?terraform\.io)$/.exec(origin)?.[1];
  return region === undefined ? null : `https://archivist.${region}`;
}
