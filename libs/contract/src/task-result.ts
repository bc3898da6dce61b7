import { z } from 'zod';
import { moment, momentQuery, name, text } from './fields.js';
import { pagingQuery } from './paging.js';
import { enforcement, severity, stage, verdict } from './run-task.js';

const state = z.enum(['accepted', 'evaluating', 'waiting', 'decided', 'delivered', 'undeliverable']);

/** A task result in a list. */
export const taskResult = z
  .object({
    id: z.uuid(),
    organization: name,
    runTask: name,
    taskResultId: z.string(),
    runId: z.string(),
    workspaceName: z.string(),
    stage,
    enforcementLevel: z.string(),
    state,
    verdict: verdict.nullable(),
    message: z.string().nullable(),
    reason: z.string().nullable().meta({ description: 'Why a delivery was given up, or presumed to have arrived.' }),
    receivedAt: moment,
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

/** One task result with all that became of it. */
export const taskResultDetail = taskResult
  .extend({
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

/** Query of the list. */
export const taskResultQuery = z.strictObject({
  organization: text.optional(),
  runTask: text.optional(),
  runId: text.optional(),
  taskResultId: text.optional(),
  workspace: text.optional(),
  state: state.optional(),
  verdict: verdict.optional(),
  stage: stage.optional(),
  since: momentQuery.optional(),
  until: momentQuery.optional(),
  ...pagingQuery,
});

/** Path of one task result. */
export const taskResultPath = z.strictObject({ id: z.uuid() });

/** A task result in a list. */
export type TaskResultBody = z.input<typeof taskResult>;
/** One task result with all that became of it. */
export type TaskResultDetailBody = z.input<typeof taskResultDetail>;
/** A verdict that is sent again. */
export type ResentBody = z.input<typeof resent>;
