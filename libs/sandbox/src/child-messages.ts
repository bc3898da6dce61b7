import {
  CHANGE_ACTIONS,
  LISTED_CHANGES,
  LISTED_REFERENCES,
  STAGES,
  type PlanChanges,
  type RunFacts,
} from '@rungate/run-task';
import { z } from 'zod';
import { LOG_LINE_LIMIT } from './limits.js';
import { reportSchema } from './report.js';

/** Longest text that a child says about an error. */
export const DETAIL_LIMIT = 1_000;

const optionalText = z.string().nullable();

/** Facts of a run that a check may see. */
export const runFactsSchema: z.ZodType<RunFacts> = z.strictObject({
  stage: z.enum(STAGES),
  organizationName: z.string(),
  workspaceId: z.string(),
  workspaceName: z.string(),
  workspaceWorkingDirectory: optionalText,
  runId: z.string(),
  runMessage: optionalText,
  runCreatedAt: optionalText,
  runCreatedBy: optionalText,
  isSpeculative: z.boolean(),
  vcsBranch: optionalText,
  vcsRepoUrl: optionalText,
  vcsCommitUrl: optionalText,
  vcsPullRequestUrl: optionalText,
});

const planSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('masked'), path: z.string() }),
  /** The stage has none, or no check needs it. */
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('unavailable'), reason: z.string() }),
]);

/** What the runner asks of a child; ids are the runner's. */
export const checkRequestSchema = z.strictObject({
  id: z.int(),
  use: z.string(),
  config: z.record(z.string(), z.unknown()),
  run: runFactsSchema,
  plan: planSchema,
  /** Run it only if the plan has changes, or only if it has none; null for either. */
  changes: z.boolean().nullable(),
  /** After this the child may be killed, milliseconds. */
  timeoutMs: z.number(),
});

/** What the runner asks of a masking child: read `from` and write `to`. */
export const maskRequestSchema = z.strictObject({ id: z.int(), from: z.string(), to: z.string() });

/** What the runner asks of a masking child once the checks have ended: what a masked plan changes. */
export const listRequestSchema = z.strictObject({ id: z.int(), kind: z.literal('list'), from: z.string() });

/** What a plan changes. */
export const planChangesSchema: z.ZodType<PlanChanges> = z.strictObject({
  counts: z.record(z.enum(CHANGE_ACTIONS), z.int()),
  items: z
    .array(
      z.strictObject({
        address: z.string(),
        moduleAddress: z.string().nullable(),
        type: z.string(),
        action: z.enum(CHANGE_ACTIONS),
        why: z.string().nullable(),
      }),
    )
    .max(LISTED_CHANGES),
  references: z.array(z.strictObject({ from: z.int().min(0), to: z.int().min(0) })).max(LISTED_REFERENCES),
  isCut: z.boolean(),
});

/** What the runner asks of a child that tries to break out. */
export const probeRequestSchema = z.strictObject({
  id: z.int(),
  /** A file that it must not read, in a directory that it must not write. */
  canary: z.string(),
  /** What the command line of the runner holds, and its own does not. */
  marker: z.string(),
  /** Whether to try what only the kernel denies. */
  kernel: z.boolean(),
  /** Where the runner listens: a port of loopback, a Unix socket, an abstract socket. */
  port: z.int(),
  socket: z.string(),
  abstract: z.string(),
});

/** What the runner asks of a child that has loaded a plugin of others. */
export const describeRequestSchema = z.strictObject({ id: z.int(), kind: z.literal('describe') });

/** The plan of an assignment as its checks meet it. */
export type CheckPlan = z.infer<typeof planSchema>;
/** What a child is asked to judge. */
export type CheckRequest = z.infer<typeof checkRequestSchema>;
/** Which plan a child is asked to mask. */
export type MaskRequest = z.infer<typeof maskRequestSchema>;

/** Which masked plan's changes a child is asked to list. */
export type ListRequest = z.infer<typeof listRequestSchema>;
/** How a plugin is asked what it is. */
export type DescribeRequest = z.infer<typeof describeRequestSchema>;
/** How a child is asked to break out. */
export type ProbeRequest = z.infer<typeof probeRequestSchema>;

/** Whatever a child may say: hostile. */
export const childReplySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  /** A line that the check logs while it runs. */
  z.strictObject({ kind: z.literal('logged'), id: z.int(), text: z.string().max(LOG_LINE_LIMIT) }),
  /** `worn`: something was left behind, so the child must not answer again. */
  z.strictObject({ kind: z.literal('reported'), id: z.int(), report: reportSchema, worn: z.boolean() }),
  z.strictObject({
    kind: z.literal('errored'),
    id: z.int(),
    reason: z.enum(['threw', 'memory', 'plugin_unknown', 'config_invalid', 'plan_unavailable']),
    detail: z.string().max(DETAIL_LIMIT),
  }),
  /** The check was not run: the plan has changes, or has none. */
  z.strictObject({ kind: z.literal('not_applied'), id: z.int() }),
  z.strictObject({ kind: z.literal('masked'), id: z.int() }),
  z.strictObject({ kind: z.literal('listed'), id: z.int(), changes: planChangesSchema }),
  /** What a plugin says of itself. */
  z.strictObject({ kind: z.literal('described'), id: z.int(), manifest: z.unknown() }),
  /** What it could do and should not. */
  z.strictObject({ kind: z.literal('probed'), id: z.int(), escapes: z.array(z.string().max(100)).max(20) }),
  /** One sentence about why the plan cannot be used. */
  z.strictObject({ kind: z.literal('unmaskable'), id: z.int(), reason: z.string().max(DETAIL_LIMIT) }),
]);

/** What a child answers. */
export type ChildReply = z.infer<typeof childReplySchema>;
