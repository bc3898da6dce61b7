import { z } from 'zod';
import { moment } from './fields.js';
import { verdict } from './run-task.js';
import { checkResult } from './task-result.js';

/** What the checks of today say of a run that was judged before; nothing is called back. */
const reevaluation = z
  .object({
    id: z.uuid(),
    at: moment,
    by: z.object({ kind: z.string(), name: z.string() }),
    reason: z.string(),
    operationId: z.uuid(),
    runTaskRevision: z.int().meta({ description: 'Of the run task whose checks judged.' }),
    verdict,
    message: z.string(),
    isSame: z.boolean().meta({ description: 'Whether it is the verdict that was called back.' }),
    checks: z.array(checkResult).readonly(),
  })
  .meta({ id: 'Reevaluation' });

/** All of one task result. */
export const reevaluations = z
  .object({ items: z.array(reevaluation).readonly().meta({ description: 'The newest 20, newest first.' }) })
  .meta({ id: 'Reevaluations' });

/** Why it is judged again. */
export const newReevaluation = z.strictObject({ reason: z.string().trim().min(1).max(1_000) });

/** All of one task result. */
export type ReevaluationsBody = z.input<typeof reevaluations>;
