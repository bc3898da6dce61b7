import { z } from 'zod';
import { STAGES } from '../run-options.js';
import { toProblems } from '../callback-rules.js';
import type { Problem } from '../json-api.js';

// What may be written, as strict as any published source wants it (HashiCorp, "Run tasks API"). Members that no source
// names are refused.

const name = z
  .string()
  .min(1, "can't be blank")
  .regex(/^[A-Za-z0-9_-]+$/, 'can only include letters, numbers, -, and _');
const url = z
  .string()
  .refine((value) => /^https?:\/\//.test(value) && URL.canParse(value), 'must be a valid HTTP or HTTPS URL');
const enforcementLevel = z.enum(['advisory', 'mandatory']);
const stages = z.array(z.enum(STAGES)).min(1, 'must not be empty');

const globalConfiguration = z.strictObject({
  enabled: z.boolean(),
  stages: stages.optional(),
  'enforcement-level': enforcementLevel.optional(),
});

const attributes = {
  name,
  url,
  description: z.string().max(300, 'is too long (maximum is 300 characters)').nullish(),
  'hmac-key': z.string().nullish(),
  enabled: z.boolean().optional(),
  'global-configuration': globalConfiguration.optional(),
};

const agentPool = z.strictObject({ data: z.strictObject({ type: z.literal('agent-pools'), id: z.string() }) });

const newTask = z.strictObject({
  data: z.strictObject({
    type: z.literal('tasks'),
    attributes: z.strictObject({ ...attributes, category: z.literal('task') }),
    relationships: z.strictObject({ 'agent-pool': agentPool }).optional(),
  }),
});

const changedTask = z.strictObject({
  data: z.strictObject({
    type: z.literal('tasks'),
    id: z.string().optional(),
    attributes: z.strictObject({ ...attributes, category: z.literal('task').optional() }).partial(),
  }),
});

const placement = { 'enforcement-level': enforcementLevel, stages: stages.optional() };

const newWorkspaceTask = z.strictObject({
  data: z.strictObject({
    type: z.literal('workspace-tasks'),
    attributes: z.strictObject(placement),
    relationships: z.strictObject({
      task: z.strictObject({ data: z.strictObject({ type: z.literal('tasks'), id: z.string() }) }),
    }),
  }),
});

const changedWorkspaceTask = z.strictObject({
  data: z.strictObject({
    type: z.literal('workspace-tasks'),
    id: z.string().optional(),
    attributes: z.strictObject(placement).partial(),
  }),
});

/** The documents that can be written. */
export const documents = { newTask, changedTask, newWorkspaceTask, changedWorkspaceTask };

/** The attributes of a task that are being written. */
export type TaskAttributes = z.infer<typeof changedTask>['data']['attributes'];

/** Reads a document, or says what is wrong with it. */
export function readDocument<T>(
  schema: z.ZodType<T>,
  body: unknown,
): { readonly document: T } | { readonly problems: readonly Problem[] } {
  const parsed = schema.safeParse(body);
  return parsed.success ? { document: parsed.data } : { problems: parsed.error.issues.flatMap(toProblems) };
}
