import { z } from 'zod';
import { text } from './fields.js';
import { verdict } from './run-task.js';

const outcome = z
  .object({
    id: text,
    description: text,
    body: z.string().nullable().meta({ description: 'Markdown, as it is sent.' }),
    text: z.string().nullable().meta({ description: 'The same, as the run page shows it.' }),
    tags: z.record(z.string(), z.array(z.object({ label: text, level: text.optional() })).readonly()),
  })
  .meta({ id: 'RunPageOutcome' });

/** What the run page of a Terraform shows of a verdict. */
export const runPage = {
  verdict,
  message: text,
  consequence: text.meta({ description: 'What the run does then.' }),
  outcomes: z.array(outcome).readonly(),
};

/** The verdict of a task result as the run page of its Terraform shows it. */
export const shownVerdict = z.object(runPage).meta({ id: 'ShownVerdict' });

/** What the run page of a Terraform shows of a verdict. */
export type ShownVerdictBody = z.input<typeof shownVerdict>;
