import { z } from 'zod';
import { distinct, name, text } from './fields.js';
import { runTask } from './run-task.js';
import { taskEnforcement, taskStages, terraformOrganization, workspaceName } from './setup.js';

/** Body of a request to connect a run task with a token. */
export const connectBody = z
  .strictObject({
    token: z
      .string()
      .min(1)
      .max(1_000)
      .regex(/^[\x21-\x7e]+$/, 'Must hold only printable ASCII characters, as a token does.')
      .meta({
        description:
          'Of a team or a person in the Terraform, with the permission Manage Run Tasks. Used for this request alone, and never stored.',
      }),
    terraformOrganization,
    scope: z
      .union([
        z.literal('global'),
        z.strictObject({
          workspaces: z.array(workspaceName).min(1).max(100).check(distinct(String)).readonly(),
        }),
      ])
      .default('global')
      .meta({ description: 'All workspaces, or these; what is attached elsewhere stays.' }),
    stages: taskStages.default(['post_plan']),
    enforcement: taskEnforcement.default('advisory'),
    adopt: z
      .boolean()
      .default(false)
      .meta({ description: 'Takes over a run task of the same name that calls another address.' }),
    resendKey: z
      .boolean()
      .default(false)
      .meta({ description: 'Sends the HMAC key also when a request signed with it has arrived.' }),
    dryRun: z.boolean().default(false).meta({ description: 'Reads in Terraform, and writes nothing.' }),
  })
  .meta({ id: 'ConnectRunTask' });

const change = z
  .object({
    target: z.enum(['run-task', 'workspace']),
    name: text,
    id: text.nullable().meta({ description: 'In Terraform; null when it would only be created.' }),
    change: z.enum(['created', 'changed', 'unchanged', 'failed']),
    fields: z.array(z.object({ field: text, before: z.unknown(), after: z.unknown() })).readonly(),
    problem: text.nullable().meta({ description: 'Why it failed, and what to do.' }),
  })
  .meta({ id: 'ConnectChange' });

/** What connecting did, or would do. */
export const connected = z
  .object({
    organization: name,
    name,
    dryRun: z.boolean(),
    changes: z.array(change).readonly(),
    state: runTask.shape.state.meta({ description: 'verified once the test request of the Terraform arrived.' }),
  })
  .meta({ id: 'Connected' });

/** What connecting did, or would do. */
export type ConnectedBody = z.input<typeof connected>;
/** What is asked for. */
export type ConnectBody = z.output<typeof connectBody>;
