import { z } from 'zod';

// What is read of Terraform's answers, leniently: only what is used (HashiCorp, "Run tasks API", "Workspaces API").

const id = z.string().regex(/^[A-Za-z0-9-]+$/);
const word = z.string().max(50);
const stages = z.array(word).max(20).catch([]);

/** A run task; native ones have no URL and are none of ours. */
const task = z.object({
  id,
  attributes: z.object({
    name: z.string(),
    url: z.string().nullish(),
    description: z.string().nullish(),
    enabled: z.boolean().catch(true),
    'global-configuration': z
      .object({ enabled: z.boolean().catch(false), stages, 'enforcement-level': word.nullish() })
      .nullish(),
  }),
});

const workspace = z.object({ id, attributes: z.object({ name: z.string() }) });

/** A run task's place in a workspace; releases before v202404-1 know one stage only. */
const workspaceTask = z.object({
  id,
  attributes: z.object({
    'enforcement-level': word,
    stages: z.array(word).max(20).nullish(),
    stage: word.nullish(),
  }),
  relationships: z.object({ task: z.object({ data: z.object({ id: z.string() }) }) }),
});

const pagination = z.object({ pagination: z.object({ 'next-page': z.int().nullable() }) });

const one = <T>(item: z.ZodType<T>) => z.object({ data: item });
const list = <T>(item: z.ZodType<T>) => z.object({ data: z.array(item), meta: pagination.optional() });

/** Shapes of the answers. */
export const documents = {
  task: one(task),
  tasks: list(task),
  workspace: one(workspace),
  workspaceTask: one(workspaceTask),
  workspaceTasks: list(workspaceTask),
  errors: z.object({
    errors: z
      .array(z.object({ title: z.string().nullish(), source: z.object({ pointer: z.string() }).nullish() }))
      .min(1),
  }),
};

/** A run task as Terraform shows it. */
export type Task = z.infer<typeof task>;
/** A run task's place in a workspace as Terraform shows it. */
export type WorkspaceTask = z.infer<typeof workspaceTask>;
/** One page of a list. */
export interface ListPage<T> {
  readonly data: readonly T[];
  readonly meta?: z.infer<typeof pagination> | undefined;
}
