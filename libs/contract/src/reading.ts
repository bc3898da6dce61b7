import type { z } from 'zod';
import { storabilityViolations } from './storability.js';
import { pointerTo } from './pointer.js';
import type { Violation } from './problem.js';

/** Untrusted input, read by a shape. */
export type Reading<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly violations: readonly Violation[] };

/** Violations named at once: enough to mend a request, few enough that a hostile one is not answered at length. */
const MOST_VIOLATIONS = 50;

/** Reads untrusted input by a shape; `at` is the pointer that the input itself has, such as `/query`. */
export function readShape<T>(shape: z.ZodType<T>, input: unknown, at = ''): Reading<T> {
  const unstorable = storabilityViolations(input, at);
  if (unstorable.length > 0) return { ok: false, violations: unstorable.slice(0, MOST_VIOLATIONS) };
  const parsed = shape.safeParse(input);
  if (parsed.success) return { ok: true, value: parsed.data };
  const violations = parsed.error.issues.flatMap((issue) => violationsOf(issue, at, input));
  return { ok: false, violations: violations.slice(0, MOST_VIOLATIONS) };
}

function violationsOf(issue: z.core.$ZodIssue, at: string, input: unknown): readonly Violation[] {
  const pointer = pointerTo(issue.path, at);
  if (issue.path.length > 0 && isMissing(issue.path, input)) return [{ pointer, detail: 'Is missing.' }];
  if (issue.code !== 'unrecognized_keys') return [{ pointer, detail: issue.message }];
  return issue.keys.map((key) => ({ pointer: pointerTo([key], pointer), detail: 'Is not a known field.' }));
}

function isMissing(path: readonly PropertyKey[], input: unknown): boolean {
  const value = path.reduce<unknown>((holder, key) => (isHolder(holder) ? holder[key] : undefined), input);
  return value === undefined;
}

function isHolder(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return typeof value === 'object' && value !== null;
}
