import { z } from 'zod';
import { name, text } from './fields.js';
import { runPage } from './run-page.js';
import { stage } from './run-task.js';
import { taskEnforcement } from './setup.js';
import { checkResult } from './task-result.js';

/** Bytes of the body of a test: a plan of 64 MB, and what is said with it. */
export const REHEARSAL_BYTES = 64 * 2 ** 20 + 2 ** 16;

/** Names of the built-in plans. */
export const samples = z.enum(['safe', 'destroys-database']);

/** What is said of a run that did not happen; its plan may be large, and is read apart. */
export const rehearsalFacts = z.strictObject({
  stage: stage.default('post_plan'),
  sample: samples.optional().meta({ description: 'A small plan of ours, instead of one of your own.' }),
  enforcement: taskEnforcement
    .default('mandatory')
    .meta({ description: 'Of the run task in Terraform: what its failure means for the run.' }),
  workspace: text.optional().meta({ description: 'What the `when` of checks is held against.' }),
  project: text.optional(),
  branch: text.optional(),
  speculative: z.boolean().default(false),
});

/** Body of a test. */
export const rehearsalBody = rehearsalFacts
  .extend({
    plan: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'As `terraform show -json` prints it, at most 64 MB.' }),
  })
  .meta({ id: 'TestRunTask' });

/** What would be called back. */
export const rehearsed = z
  .object({
    organization: name,
    runTask: name,
    stage,
    ...runPage,
    checks: z.array(checkResult).readonly(),
  })
  .meta({ id: 'RunTaskTest' });

/** What would be called back. */
export type RehearsedBody = z.input<typeof rehearsed>;
/** What is said of a run that did not happen. */
export type RehearsalFacts = z.output<typeof rehearsalFacts>;
/** Name of a built-in plan. */
export type Sample = z.output<typeof samples>;
