import { z } from 'zod';
import { moment, name, numberQuery } from './fields.js';
import { pagingQuery } from './paging.js';
import { taskResultFilter } from './task-result.js';

const itemState = z.enum(['pending', 'done', 'refused', 'failed']);
const kind = z.enum(['resend', 'reevaluate']).meta({
  description:
    '`resend`: verdicts that did not arrive are sent again, where Terraform still listens. `reevaluate`: the checks of today judge the plans that were kept; nothing is called back.',
});

/** One thing done to many task results. */
export const operation = z
  .object({
    id: z.uuid(),
    kind,
    filter: z.record(z.string(), z.string()),
    reason: z.string(),
    by: z.object({ kind: z.string(), name: z.string() }),
    state: z
      .enum(['planned', 'running', 'done', 'cancelled'])
      .meta({ description: 'Nothing is done before the plan is started.' }),
    perSecond: z.int(),
    isCut: z
      .boolean()
      .meta({ description: 'Whether more matched than one operation takes: then these are the newest.' }),
    counts: z.object({ pending: z.int(), done: z.int(), refused: z.int(), failed: z.int() }),
    organizations: z.int().meta({ description: 'Of how many organizations the task results are.' }),
    estimatedSeconds: z.int().meta({ description: 'For what is pending.' }),
    createdAt: moment,
    startedAt: moment.nullable(),
    endedAt: moment.nullable(),
  })
  .meta({ id: 'Operation' });

/** One task result of an operation. */
export const operationItem = z
  .object({
    position: z.int(),
    taskResultId: z.uuid(),
    organization: name.nullable().meta({ description: 'Null when it is no more.' }),
    state: itemState.meta({
      description: '`refused`: it cannot be done to this one; `failed`: it could not be done now.',
    }),
    detail: z.string().nullable(),
    endedAt: moment.nullable(),
  })
  .meta({ id: 'OperationItem' });

/** A plan: to what something would be done is found and fixed, and nothing is done. */
export const newOperation = z.strictObject({
  kind,
  filter: z.strictObject(taskResultFilter).meta({ description: 'As of the list of task results.' }),
  reason: z.string().trim().min(1).max(1_000),
  perSecond: z.int().min(1).max(100).default(5),
});

/** Path of one operation. */
export const operationPath = z.strictObject({ id: z.uuid() });
/** Query of the list. */
export const operationQuery = z.strictObject(pagingQuery);
/** Query of the task results of an operation. */
export const operationItemQuery = z.strictObject({
  state: itemState.optional(),
  ...pagingQuery,
  limit: numberQuery(1, 1_000).default(200).meta({ description: '200 when absent.' }),
});

/** One thing done to many task results. */
export type OperationBody = z.input<typeof operation>;
/** One task result of an operation. */
export type OperationItemBody = z.input<typeof operationItem>;
/** A plan. */
export type NewOperationBody = z.input<typeof newOperation>;
