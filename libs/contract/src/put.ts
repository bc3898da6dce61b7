import { z } from 'zod';
import { flagQuery } from './fields.js';

/** Query of every PUT. */
export const putQuery = z.strictObject({
  dryRun: flagQuery.meta({ description: 'Shows the difference and writes nothing.' }),
});

/** What every PUT answers besides the stored whole. */
export const putFields = {
  change: z
    .enum(['created', 'unchanged', 'changed'])
    .meta({ description: 'What was done; on a dry run, what would be.' }),
  changed: z.array(z.string()).readonly().meta({ description: 'Fields that differ from what was stored.' }),
};
