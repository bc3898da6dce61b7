import { z } from 'zod';
import { numberQuery } from './fields.js';

/** Query of every list. */
export const pagingQuery = {
  limit: numberQuery(1, 200).default(50).meta({ description: '50 when absent.' }),
  cursor: z
    .string()
    .max(4_000)
    .optional()
    .meta({ description: '`nextCursor` of the page before; belongs to the same list and filter.' }),
};

/** One page of a list; `nextCursor` is null on the last one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** Shape of one page. */
export function pageOf<T extends z.ZodType>(
  item: T,
): z.ZodObject<{ items: z.ZodReadonly<z.ZodArray<T>>; nextCursor: z.ZodNullable<z.ZodString> }> {
  return z.object({ items: z.array(item).readonly(), nextCursor: z.string().nullable() });
}
