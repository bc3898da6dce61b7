import { CHECK_FAILURES, ISOLATION_LEVELS, type CheckEnd } from '@rungate/run-task';
import { pluginManifest } from '@rungate/checks';
import { z } from 'zod';
import { planChangesSchema, runFactsSchema } from './child-messages.js';
import { HANDED_BACK_PART, LOG_LINES, LOG_LINE_LIMIT, PLAN_LIMIT } from './limits.js';
import { reportSchema } from './report.js';

/** What the runner is told when it starts, as its one argument. Nothing secret. */
export const runnerSettingsSchema = z.strictObject({
  /** Assignments at once. */
  poolSize: z.int().min(1).max(64),
  /** Memory of one check, mebibytes. */
  memoryMb: z.int().min(96),
  maskTimeoutMs: z.int().min(1),
  /** An existing directory for the plans of running assignments. */
  directory: z.string(),
  /** A Unix socket on which other processes' workers are served too; null: none. */
  listen: z.string().nullable(),
  /** The strongest level to try. */
  strongest: z.enum(ISOLATION_LEVELS),
  /** A directory with a folder for each plugin of others; null: there are none. */
  pluginsDir: z.string().nullable(),
  /** The weakest level at which plugins of others run. */
  acceptOthersAt: z.enum(ISOLATION_LEVELS),
});
/** What the runner is started with. */
export type RunnerSettings = z.infer<typeof runnerSettingsSchema>;

const assignedCheckSchema = z.strictObject({
  name: z.string(),
  use: z.string(),
  timeoutMs: z.number().positive(),
  config: z.record(z.string(), z.unknown()),
  changes: z.boolean().nullable(),
});

const assignmentSchema = z.strictObject({
  run: runFactsSchema,
  checks: z.array(assignedCheckSchema),
  /** Whether the masked plan is wanted once the checks have ended. */
  handBack: z.boolean(),
});
/** The checks of one task result. */
export type RunnerAssignment = z.infer<typeof assignmentSchema>;

/** `planPath`: the raw plan, which the runner removes; null when no check needs one. */
const placedAssignmentSchema = z.strictObject({ ...assignmentSchema.shape, planPath: z.string().nullable() });
/** The checks of one task result, and where their plan lies. */
export type PlacedAssignment = z.infer<typeof placedAssignmentSchema>;
/** One check of an assignment. */
export type AssignedCheck = z.infer<typeof assignedCheckSchema>;

/** What a worker says to the runner; ids are the worker's. */
export const runnerRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('run'), id: z.int(), assignment: placedAssignmentSchema }),
  z.strictObject({ kind: z.literal('abort'), id: z.int() }),
]);
/** What the worker tells the runner. */
export type RunnerRequest = z.infer<typeof runnerRequestSchema>;

/** How a connection to a runner of its own begins. */
export const socketRequestSchema = z.discriminatedUnion('kind', [
  /** Stays open, and ends with the runner. */
  z.strictObject({ kind: z.literal('greet') }),
  /** One assignment; the bytes of its raw plan follow the line. Closing the connection stops it. */
  z.strictObject({
    kind: z.literal('run'),
    id: z.int(),
    assignment: assignmentSchema,
    planBytes: z.int().min(0).max(PLAN_LIMIT).nullable(),
  }),
]);
/** What a worker sends first over a connection of its own. */
export type SocketRequest = z.infer<typeof socketRequestSchema>;

const ended = {
  check: z.string(),
  durationMs: z.number(),
  isolation: z.enum(ISOLATION_LEVELS).nullable(),
  log: z.array(z.string().max(LOG_LINE_LIMIT)).max(LOG_LINES),
};

const checkEndSchema: z.ZodType<CheckEnd> = z.discriminatedUnion('kind', [
  z.strictObject({ ...ended, kind: z.literal('reported'), report: reportSchema }),
  z.strictObject({
    ...ended,
    kind: z.literal('errored'),
    reason: z.enum(CHECK_FAILURES),
    detail: z.string().max(2_000),
  }),
  z.strictObject({ ...ended, kind: z.literal('not_applied'), detail: z.string().max(2_000) }),
]);

const refusedPlugin = z.strictObject({ folder: z.string(), reason: z.string().max(2_000) });
/** A plugin of others that is not taken, and why: it continues "refused, because …". */
export type RefusedPlugin = z.infer<typeof refusedPlugin>;

/** What the runner says to a worker. */
export const runnerReplySchema = z.discriminatedUnion('kind', [
  /** A plugin of others that checks may use; all of them come before `ready`. */
  z.strictObject({ kind: z.literal('plugin'), manifest: pluginManifest }),
  z.strictObject({ kind: z.literal('plugin_refused'), ...refusedPlugin.shape }),
  /** `shortfall`: why the level is not `full`, or null. */
  z.strictObject({ kind: z.literal('ready'), level: z.enum(ISOLATION_LEVELS), shortfall: z.string().nullable() }),
  z.strictObject({ kind: z.literal('ended'), id: z.int(), end: checkEndSchema }),
  z.strictObject({ kind: z.literal('done'), id: z.int() }),
  /** After `done`, where the masked plan is wanted: its next bytes as gzip, in base64. */
  z.strictObject({ kind: z.literal('masked_part'), id: z.int(), data: z.string().max(HANDED_BACK_PART) }),
  /** All of it was said; or it is larger than is kept, there is none, or nobody had the time. */
  z.strictObject({
    kind: z.literal('masked'),
    id: z.int(),
    is: z.enum(['whole', 'too_large', 'left_out']),
    changes: planChangesSchema.nullable(),
  }),
]);
/** What the runner tells the worker. */
export type RunnerReply = z.infer<typeof runnerReplySchema>;
