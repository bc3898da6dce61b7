import { z } from 'zod';
import { moment, momentQuery, name, text } from './fields.js';

const counted = z.int().min(0);

/** Verdicts that do not arrive for one and the same cause. */
const callbackGroup = z
  .object({
    cause: text.meta({ description: 'Names the group: `cause` of lists, counts, exports and operations.' }),
    origin: z.string().meta({ description: 'Scheme, host and port of the Terraform.' }),
    refusal: z
      .enum([
        'unauthorized',
        'not_found',
        'ours',
        'throttled',
        'transient',
        'unknown',
        'redirect',
        'certificate',
        'forbidden',
        'held',
      ])
      .meta({ description: 'What the last attempts mean; `held`: none was made.' }),
    status: z.int().nullable().meta({ description: 'Null when no answer came.' }),
    error: z.string().nullable().meta({ description: 'What the latest attempt ended with.' }),
    happened: z.string(),
    remedy: z.string(),
    counts: z.object({
      failing: counted.meta({ description: 'On their way; the last attempt failed.' }),
      givenUp: counted,
      canStillArrive: counted.meta({ description: 'Of both: their Terraform still listens.' }),
    }),
    organizations: z
      .array(z.object({ organization: name, count: counted }))
      .readonly()
      .meta({ description: 'The 20 that have most.' }),
    organizationCount: counted,
    firstAt: moment,
    lastAt: moment,
    latest: z.object({ taskResultId: z.uuid(), organization: name, workspaceName: z.string() }),
  })
  .meta({ id: 'CallbackGroup' });

/** Verdicts that do not arrive, by cause, the most first. */
export const callbackGroups = z
  .object({
    items: z.array(callbackGroup).readonly(),
    isCut: z.boolean().meta({ description: 'Whether only the newest 10,000 were counted.' }),
  })
  .meta({ id: 'CallbackGroups' });

/** Query of the groups. */
export const callbackQuery = z.strictObject({
  organization: text.optional(),
  since: momentQuery.optional().meta({ description: 'Seven days ago when absent.' }),
});

/** Verdicts that do not arrive, by cause. */
export type CallbackGroupsBody = z.input<typeof callbackGroups>;
