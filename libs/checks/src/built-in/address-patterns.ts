import { matchesAnyGlob, matchesGlob } from '@rungate/run-task';
import { MASK } from '../mask.js';

/**
 * Whether an address of a resource or module is meant by any of the patterns. `aws_vpc.a` means each of its instances
 * too, so that a `count` or `for_each` is no way around.
 */
export function matchesAddress(patterns: readonly string[], address: string): boolean {
  return matchesAnyGlob(patterns, address) || matchesAnyGlob(patterns, withoutKeys(address));
}

/** As `matchesAddress`; one that holds a masked value counts by what stands before the first `*` and the first mask. */
export function mayMatchAddress(patterns: readonly string[], address: string): boolean {
  if (matchesAddress(patterns, address)) return true;
  return isMaskedAddress(address) && patterns.some((pattern) => couldMatch(pattern, address));
}

/** Whether an address holds a sensitive value. */
export function isMaskedAddress(address: string): boolean {
  return address.includes(MASK);
}

/** `module.a.aws_vpc.b` for `module.a[0].aws_vpc.b["k"]`. Keys are quoted: what looks like an end in one is none. */
function withoutKeys(address: string): string {
  if (!address.includes('[')) return address;
  return address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, '');
}

function couldMatch(pattern: string, address: string): boolean {
  const [literal = ''] = pattern.split('*', 1);
  const [written = ''] = address.split(MASK, 1);
  const length = Math.min(literal.length, written.length);
  return matchesGlob(literal.slice(0, length), written.slice(0, length));
}
