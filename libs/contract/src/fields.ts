import type { Permission } from '@rungate/access';
import { z } from 'zod';

/** Text of a person or a program: 1,000 characters unless a shape says otherwise. NUL is refused for all by `readShape`. */
export const text = z.string().max(1_000);

/** Name of an organization, a run task, a check or a check plugin. */
export const name = z
  .string()
  .max(1_000)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'Must begin with a letter or digit and hold only letters, digits, - and _.');

/** Scheme, host and port, written as browsers write an origin: no path, no trailing slash, no default port. */
export const origin = text.refine(isOrigin, 'Must be an origin such as https://app.terraform.io.').meta({
  format: 'uri',
  examples: ['https://app.terraform.io'],
});

/** A moment in an answer: RFC 3339 in UTC. */
export const moment = z.iso.datetime();

/** A moment in a query: RFC 3339 with an offset, or a date (its midnight in UTC), from 1970 to 9999. */
export const momentQuery = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], 'Must be a date or an RFC 3339 date-time.')
  .transform((written) => new Date(written))
  .refine(
    (date) => date.getUTCFullYear() >= 1970 && date.getUTCFullYear() <= 9999,
    'Must be a moment between the years 1970 and 9999.',
  );

/** `true` or `false` in a query; `false` when absent. */
export const flagQuery = z
  .preprocess((written) => (written === 'true' ? true : written === 'false' ? false : written), z.boolean())
  .default(false);

/** A whole number in a query. */
export function numberQuery(minimum: number, maximum: number): z.ZodType<number> {
  return z.preprocess(
    (written) => (typeof written === 'string' && /^\d{1,9}$/.test(written) ? Number(written) : written),
    z.int().min(minimum).max(maximum),
  );
}

/** Says that a field of a PUT is changed only with a permission of its own; stands last, after defaults. */
export function needs(permission: Permission): { readonly 'x-permission': Permission } {
  return { 'x-permission': permission };
}

/** A parameter that a query may repeat, each value once; empty when absent. */
export function listQuery<T>(item: z.ZodType<T>, most: number): z.ZodDefault<z.ZodType<readonly T[]>> {
  const list = z.array(item).max(most).check(distinct(String)).readonly();
  return z.preprocess((written) => (typeof written === 'string' ? [written] : written), list).default([]);
}

/** A list without repetitions, by what `keyOf` says; the fault is at the later one. */
export function distinct<T>(keyOf: (item: T) => string, at: readonly string[] = []): z.core.CheckFn<T[]> {
  return ({ value, issues }) => {
    const seen = new Set<string>();
    for (const [index, item] of value.entries()) {
      const key = keyOf(item);
      if (seen.has(key)) issues.push({ code: 'custom', input: key, path: [index, ...at], message: 'Is used twice.' });
      seen.add(key);
    }
  };
}

function isOrigin(written: string): boolean {
  if (!URL.canParse(written)) return false;
  const { origin: canonical, protocol } = new URL(written);
  return canonical === written && (protocol === 'https:' || protocol === 'http:');
}
