import { z } from 'zod';

const action = z.enum(['create', 'update', 'replace', 'delete', 'forget', 'import']);

/** What the plan of a task result changes: addresses, no values. */
export const planChanges = z
  .object({
    state: z.enum(['kept', 'none']).meta({ description: '`none`: no check read the plan, or its details are gone.' }),
    counts: z.record(action, z.int()).meta({ description: 'Of all of them.' }),
    items: z
      .array(
        z.object({
          address: z.string(),
          moduleAddress: z.string().nullable(),
          type: z.string(),
          action,
          why: z.string().nullable().meta({ description: 'Why it is replaced.' }),
        }),
      )
      .readonly()
      .meta({ description: 'The first 1,000, in the order of the plan.' }),
    references: z
      .array(z.object({ from: z.int(), to: z.int() }))
      .readonly()
      .meta({
        description:
          'Which of them refer to which in the configuration, at most 2,000: positions in `items`, of the first instance each.',
      }),
    isCut: z.boolean(),
  })
  .meta({ id: 'PlanChanges' });

/** What the plan of a task result changes. */
export type PlanChangesBody = z.input<typeof planChanges>;
