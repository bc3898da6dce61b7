import type { Violation } from '@rungate/contract';
import { isRangeWithin, parseOrigin, trustedAuthorities } from '@rungate/egress';
import type { OriginGrant } from '@rungate/run-task';
import type { ApiOptions } from '../options.js';

type Surroundings = Pick<ApiOptions, 'development' | 'grantableRanges'>;

/** What of a grant could never count: an origin that is none, ranges beyond the bounds, a bundle that cannot be read. */
export function grantViolations(
  { origin, privateRanges, caBundle }: OriginGrant,
  around: Surroundings,
): readonly Violation[] {
  return [...originViolations(origin, '/path/origin', around), ...reachViolations({ privateRanges, caBundle }, around)];
}

/** What of the ranges and the bundle could never count. */
export function reachViolations(
  { privateRanges, caBundle }: Pick<OriginGrant, 'privateRanges' | 'caBundle'>,
  around: Surroundings,
): readonly Violation[] {
  return [
    ...privateRanges.flatMap((range, index) => rangeViolations(range, `/privateRanges/${index}`, around)),
    ...(caBundle === null || isReadable(caBundle)
      ? []
      : [{ pointer: '/caBundle', detail: 'Must be certificates in PEM, and at least one.' }]),
  ];
}

/** What could not be called is refused where it is set: the request of a run would find out too late. */
export function originViolations(
  origin: string,
  pointer: string,
  { development }: Pick<Surroundings, 'development'>,
): readonly Violation[] {
  const parsed = parseOrigin(origin, { development });
  if (parsed.ok) return [];
  return [{ pointer, detail: `The origin ${parsed.reason}; write one like https://app.terraform.io.` }];
}

function rangeViolations(range: string, pointer: string, { grantableRanges }: Surroundings): readonly Violation[] {
  if (isRangeWithin(range, grantableRanges)) return [];
  const bounds = grantableRanges.length === 0 ? 'it is not set' : `it is ${grantableRanges.join(', ')}`;
  return [{ pointer, detail: `Lies outside of RUNGATE_EGRESS_CIDRS, which bounds what can be granted: ${bounds}.` }];
}

function isReadable(pem: string): boolean {
  try {
    return trustedAuthorities({ pem, name: 'The bundle' }).length > 0;
  } catch {
    return false;
  }
}
