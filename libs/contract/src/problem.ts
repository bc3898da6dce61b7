import { z } from 'zod';

/** One fault in a request. */
const violation = z
  .object({
    pointer: z.string().meta({ description: 'JSON pointer into the body; below /query or /path for the address.' }),
    detail: z.string(),
  })
  .meta({ id: 'Violation' });

/** An error as the API answers it (RFC 9457, `application/problem+json`). */
export const problemShape = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    code: z
      .enum(['step-up-required', 'cross-site', 'view-as-read-only'])
      .optional()
      .meta({ description: 'What a program has to tell from other problems of that status.' }),
    errors: z.array(violation).readonly().optional(),
  })
  .meta({ id: 'Problem' });

/** An error as the API answers it. */
export type Problem = Readonly<z.infer<typeof problemShape>>;
/** One fault in a request, named by its JSON pointer. */
export type Violation = Readonly<z.infer<typeof violation>>;
