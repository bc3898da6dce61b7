import { z } from 'zod';
import { flagQuery, text } from './fields.js';

/** Query of every PUT. */
export const putQuery = z.strictObject({
  dryRun: flagQuery.meta({ description: 'Shows the difference and writes nothing.' }),
});

/** Query of a PUT that may weaken what protects. */
export const reasonedPutQuery = putQuery.extend({
  reason: text.min(1).optional().meta({ description: 'Why, for the audit trail; needed to weaken a mandatory check.' }),
});

/** What every PUT answers besides the stored whole. */
export const putFields = {
  change: z
    .enum(['created', 'unchanged', 'changed'])
    .meta({ description: 'What was done; on a dry run, what would be.' }),
  changed: z.array(z.string()).readonly().meta({ description: 'Fields that differ from what was stored.' }),
};
