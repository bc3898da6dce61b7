import { z } from 'zod';
import { distinct, listQuery } from './fields.js';
import { stage } from './run-task.js';

/** Name of an organization in HCP Terraform or TFE. */
export const terraformOrganization = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9_-]+$/, 'Must hold only letters, digits, - and _.');
/** Name of a workspace; `terraform` takes patterns with * at either end, too. */
export const workspaceName = z.string().min(1).max(90);
/** What a run task that fails means for the run. */
export const taskEnforcement = z.enum(['advisory', 'mandatory']);
/** Stages at which the run task is called. */
export const taskStages = z.array(stage).min(1).check(distinct(String)).readonly();

/** Most workspaces or tags that are named one by one. */
const MOST_NAMES = 100;

/** Query of the setup kit. */
export const setupQuery = z
  .strictObject({
    format: z.enum(['terraform', 'markdown', 'curl']).default('terraform'),
    terraformOrganization: terraformOrganization.optional().meta({
      description:
        'Organization in HCP Terraform or TFE. When absent, the one that the run task belongs to, else the slug here.',
    }),
    workspace: listQuery(workspaceName, MOST_NAMES).meta({
      description:
        'Attach it to this workspace; may be repeated. Without workspaces and tags: to all, as a global run task.',
    }),
    tag: listQuery(z.string().min(1).max(255), MOST_NAMES).meta({
      description: 'Attach it to workspaces with this tag; may be repeated, then a workspace must have all of them.',
    }),
    stage: listQuery(stage, 4).meta({ description: 'May be repeated; post_plan when absent.' }),
    enforcement: taskEnforcement.default('advisory'),
    keyHandling: z.enum(['write-only', 'state']).default('write-only').meta({
      description:
        'Of the format terraform. write-only needs Terraform 1.11; with state, the key ends up in the state.',
    }),
    agentPool: z
      .string()
      .max(100)
      .regex(/^apool-[A-Za-z0-9]+$/, 'Must be the id of an agent pool, such as apool-yoGUFz5zcRMMz53i.')
      .optional()
      .meta({
        description: 'Of the formats curl and markdown: the agents that forward requests to a private run task.',
      }),
  })
  .check(({ value, issues }) => {
    if (value.workspace.length === 0 || value.tag.length === 0) return;
    issues.push({
      code: 'custom',
      input: value.tag,
      path: ['tag'],
      message: 'Goes with no workspace: use one of them.',
    });
  });

/** What the setup kit is asked for. */
export type SetupQuery = z.output<typeof setupQuery>;
