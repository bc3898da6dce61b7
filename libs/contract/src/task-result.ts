import { z } from 'zod';
import { moment, momentQuery, name, text } from './fields.js';
import { pagingQuery } from './paging.js';
import { enforcement, severity, stage, verdict } from './run-task.js';

const state = z.enum(['accepted', 'evaluating', 'waiting', 'decided', 'delivered', 'undeliverable']);

/** A task result in short. */
export const taskResult = z
  .object({
    id: z.uuid(),
    organization: name,
    runTask: name,
    taskResultId: z.string(),
    runId: z.string(),
    runUrl: z
      .string()
      .nullable()
      .meta({ description: 'Of the run in its Terraform; null when the request named another place.' }),
    workspaceId: z.string(),
    workspaceName: z.string(),
    stage,
    enforcementLevel: z.string(),
    state,
    verdict: verdict.nullable(),
    message: z.string().nullable(),
    reason: z.string().nullable().meta({ description: 'Why a delivery was given up, or presumed to have arrived.' }),
    receivedAt: moment,
    startedAt: moment.nullable().meta({ description: 'When a worker took it first.' }),
    progressBy: moment,
    finalBy: moment,
    decidedAt: moment.nullable(),
    deliveredAt: moment.nullable(),
    purgedAt: moment.nullable().meta({
      description:
        "When all but verdict and moments was removed, by the organization's retentionDays; null until then.",
    }),
  })
  .meta({ id: 'TaskResult' });

/** A task result in a list. */
export const listedTaskResult = taskResult
  .extend({
    findings: z
      .partialRecord(severity, z.int())
      .meta({ description: 'How much was found, of each severity; checks that only watch do not count.' }),
  })
  .meta({ id: 'ListedTaskResult' });

const counted = z.array(z.object({ value: z.string(), count: z.int() })).readonly();

/** How many task results there are of each kind. */
export const taskResultFacets = z
  .object({
    state: counted,
    verdict: counted,
    stage: counted,
    organization: counted,
    runTask: counted,
    isCut: z.boolean().meta({ description: 'Whether only the newest 50,000 were counted.' }),
  })
  .meta({ id: 'TaskResultFacets' });

const finding = z
  .object({
    rule: z.string(),
    severity,
    certainty: z.enum(['violation', 'unknown']),
    address: z.string().nullable(),
    message: z.string(),
    remediation: z.string().nullable(),
    docsUrl: z.string().nullable(),
  })
  .meta({ id: 'Finding' });

/** What a check found. */
export const checkResult = z
  .object({
    name,
    use: name,
    enforcement,
    status: z.enum(['passed', 'failed', 'errored', 'skipped', 'waiting']),
    message: z.string(),
    durationMs: z.number(),
    isolation: z
      .enum(['full', 'limited', 'weak'])
      .nullable()
      .meta({ description: 'How much the check was held back; null when it did not run.' }),
    log: z.array(z.string()).readonly().meta({ description: 'What the check logged, line by line.' }),
    outcomes: z.array(finding).readonly(),
  })
  .meta({ id: 'CheckResult' });

const attempt = z
  .object({
    at: moment,
    status: z.int().nullable(),
    error: z.string().nullable(),
    answer: z
      .string()
      .nullable()
      .meta({ description: 'What the other side said, without secrets. For who may see it: null otherwise.' }),
    durationMs: z.number().nullable(),
  })
  .meta({ id: 'Attempt' });

const delivery = z
  .object({
    kind: z.enum(['progress', 'final']),
    state: z.enum(['due', 'delivered', 'undeliverable']),
    attempts: z.array(attempt).readonly(),
  })
  .meta({ id: 'Delivery' });

const storedInput = z
  .object({
    state: z
      .enum(['kept', 'too_large', 'none'])
      .meta({ description: '`none`: its stage has no plan, no check read it, or it is no longer kept.' }),
    keptUntil: moment.nullable(),
  })
  .meta({ id: 'StoredInput', description: 'The masked plan, from which the checks of today can judge again.' });

/** One task result with all that became of it. */
export const taskResultDetail = taskResult
  .extend({
    input: storedInput,
    hmacKeyFingerprint: text.meta({ description: 'Of the HMAC key that verified the request.' }),
    checks: z.array(checkResult).readonly(),
    deliveries: z.array(delivery).readonly(),
    timeline: z.array(z.object({ at: moment, event: z.string() })).readonly(),
  })
  .meta({ id: 'TaskResultDetail' });

/** A verdict that is sent again. */
export const resent = z
  .object({
    changed: z.boolean().meta({ description: 'False when it was about to be sent, or is being sent.' }),
    deadline: moment.meta({ description: 'Until then Terraform listens.' }),
  })
  .meta({ id: 'Resent' });

/** Which task results: what lists, counts, exports and operations ask by. */
export const taskResultFilter = {
  id: z.uuid().optional().meta({ description: 'The id that Rungate gave.' }),
  organization: text.optional(),
  runTask: text.optional(),
  runId: text.optional(),
  taskResultId: text.optional(),
  workspace: text.optional(),
  state: state.optional(),
  verdict: verdict.optional(),
  stage: stage.optional(),
  enforcement: text.optional().meta({ description: 'As Terraform says it, such as mandatory.' }),
  cause: text
    .optional()
    .meta({ description: 'Those whose verdict does not arrive for this cause, as `/callbacks` names it.' }),
  rule: text.optional().meta({ description: 'Name of a rule that found something.' }),
  q: z
    .string()
    .trim()
    .min(2)
    .max(200)
    .optional()
    .meta({ description: 'Part of a run or task result id, of the name of a workspace or of a message; or a rule.' }),
  since: momentQuery.optional(),
  until: momentQuery.optional(),
};

/** Query of the list. */
export const taskResultQuery = z.strictObject({
  ...taskResultFilter,
  sort: z.enum(['newest', 'oldest']).default('newest'),
  ...pagingQuery,
});
/** Query of the counts: each kind is counted as if nothing was asked of it. */
export const taskResultFacetsQuery = z.strictObject(taskResultFilter);
/** Query of the export. */
export const taskResultExportQuery = z.strictObject({
  ...taskResultFilter,
  format: z.enum(['csv', 'ndjson']).default('csv'),
});

/** Why an operator acts. */
export const intervention = z.strictObject({ reason: z.string().trim().min(1).max(1_000) });
/** That it is done within a second, by whoever keeps deadlines. */
export const intervened = z.object({ accepted: z.literal(true) }).meta({ id: 'Intervened' });

/** What the workspace of a task result had before and after. */
export const workspaceHistory = z
  .object({
    items: z
      .array(z.object({ id: z.uuid(), runId: z.string(), runTask: name, stage, verdict, state, receivedAt: moment }))
      .readonly()
      .meta({ description: 'The newest 30 that have ended, newest first.' }),
  })
  .meta({ id: 'WorkspaceHistory' });

/** Path of one task result. */
export const taskResultPath = z.strictObject({ id: z.uuid() });

/** A task result in short. */
export type TaskResultBody = z.input<typeof taskResult>;
/** A task result in a list. */
export type ListedTaskResultBody = z.input<typeof listedTaskResult>;
/** How many task results there are of each kind. */
export type TaskResultFacetsBody = z.input<typeof taskResultFacets>;
/** One task result with all that became of it. */
export type TaskResultDetailBody = z.input<typeof taskResultDetail>;
/** That it is done within a second. */
export type InterventionBody = z.input<typeof intervened>;
/** What a workspace had. */
export type WorkspaceHistoryBody = z.input<typeof workspaceHistory>;
/** A verdict that is sent again. */
export type ResentBody = z.input<typeof resent>;
