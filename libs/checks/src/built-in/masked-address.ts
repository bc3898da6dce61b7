import { matchesAnyGlob, matchesGlob } from '@rungate/run-task';
import { MASK } from '../mask.js';

/**
 * Whether an address is meant by any of the patterns, or may be: one that holds a masked value cannot be compared, and
 * what stands before the first `*` and the first mask decides. Marking a key sensitive must not be a way around.
 */
export function mayMatchAddress(patterns: readonly string[], address: string): boolean {
  if (matchesAnyGlob(patterns, address)) return true;
  return isMaskedAddress(address) && patterns.some((pattern) => couldMatch(pattern, address));
}

/** Whether an address holds a sensitive value. */
export function isMaskedAddress(address: string): boolean {
  return address.includes(MASK);
}

function couldMatch(pattern: string, address: string): boolean {
  const [literal = ''] = pattern.split('*', 1);
  const [written = ''] = address.split(MASK, 1);
  const length = Math.min(literal.length, written.length);
  return matchesGlob(literal.slice(0, length), written.slice(0, length));
}
