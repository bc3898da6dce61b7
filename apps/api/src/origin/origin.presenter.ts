import type { OriginBody, OriginPut } from '@rungate/contract';
import type { PutAnswer, StoredOrigin } from '@rungate/run-task';

/** An origin as the contract shows it. */
export function presentOrigin(stored: StoredOrigin, organizationSlug: string): OriginBody {
  return {
    organization: organizationSlug,
    origin: stored.origin,
    state: stored.state,
    privateRanges: stored.privateRanges,
    caBundle: stored.caBundle,
    requestedBy: stored.requestedBy,
    requestedAt: stored.requestedAt.toISOString(),
    decidedBy: stored.decidedBy,
    decidedAt: stored.decidedAt?.toISOString() ?? null,
  };
}

/** What a PUT did; `imagined` when a dry run would have created it. */
export function presentOriginPut(
  { kind, changed, stored }: PutAnswer<StoredOrigin>,
  { organizationSlug, imagined }: { readonly organizationSlug: string; readonly imagined: boolean },
): OriginPut {
  const origin = presentOrigin(stored, organizationSlug);
  const dates = imagined ? { requestedAt: null, decidedAt: null } : {};
  return { ...origin, ...dates, change: kind, changed };
}
