import { z } from 'zod';
import { distinct, name } from './fields.js';
import { shownOnce } from './hmac-key.js';
import { desiredOrganization } from './organization.js';
import { problemShape } from './problem.js';
import { putFields } from './put.js';
import { desiredRunTask } from './run-task.js';

/** What one request of a batch may hold. */
export const BATCH = { lines: 1_000, bytes: 32 * 1024 * 1024 } as const;

/** One line of a batch: the desired state of an organization and of run tasks of it. Others that it has stay. */
export const batchLine = z
  .strictObject({
    slug: name,
    ...desiredOrganization.shape,
    runTasks: z
      .array(z.strictObject({ name, ...desiredRunTask.shape }))
      .max(100)
      .check(distinct(({ name: runTaskName }) => runTaskName, ['name']))
      .default([]),
  })
  .meta({ id: 'BatchLine' });

const batchRunTask = z
  .object({
    name,
    change: putFields.change,
    hookUrl: z.url().nullable().meta({ description: 'Null on a dry run that would create it.' }),
    ...shownOnce,
    hmacKeyFingerprint: z.string().nullable(),
  })
  .meta({ id: 'BatchRunTask' });

/** What became of one line: as the PUTs of its parts would have answered. */
export const batchAnswer = z
  .object({
    line: z.int().meta({ description: 'Number of the line in the request, from 1.' }),
    slug: z.string().nullable().meta({ description: 'Null when the line has none that can be read.' }),
    status: z.int().meta({ description: '200, 201, or why it was refused.' }),
    change: putFields.change.optional(),
    changed: z
      .array(z.string())
      .readonly()
      .optional()
      .meta({ description: 'Fields that differ from what was stored; of a run task as runTasks/<name>/<field>.' }),
    runTasks: z.array(batchRunTask).readonly().optional(),
    error: problemShape.optional().meta({
      description: 'Why the line was refused. Its parts are done in order: what came before the refused one is done.',
    }),
  })
  .meta({ id: 'BatchAnswer' });

/** One line of a batch, defaults filled in. */
export type BatchLine = z.output<typeof batchLine>;
/** What became of one line of a batch. */
export type BatchAnswer = z.output<typeof batchAnswer>;
