import { z } from 'zod';
import { moment, name } from './fields.js';

/** How the installation is doing, and this process of it. */
export const system = z
  .object({
    version: z.string(),
    development: z.boolean(),
    process: z.object({
      status: z.enum(['OK', 'ERROR', 'DRAINING']),
      roles: z.array(z.string()).readonly(),
      checks: z
        .array(z.object({ name: z.string(), status: z.enum(['OK', 'ERROR', 'AWAY']), reason: z.string().nullable() }))
        .readonly(),
      isolation: z
        .object({
          level: z.enum(['full', 'limited', 'weak']).nullable(),
          shortfall: z.string().nullable().meta({ description: 'Why it is not `full`, with the remedy.' }),
        })
        .nullable()
        .meta({ description: 'How much checks are held back; null where none run.' }),
    }),
    queue: z.object({
      backend: z.enum(['redis', 'postgres']),
      waiting: z.int(),
      inFlight: z.int(),
      oldestWaitMs: z.number(),
      nearestDeadlineMs: z.number().nullable(),
      deliveriesDue: z.int(),
    }),
    database: z.object({ version: z.string(), latencyMs: z.number(), migration: z.string() }),
    workers: z
      .array(
        z.object({
          id: z.string(),
          taskResults: z
            .array(z.object({ id: z.uuid(), organization: name, since: moment.nullable(), leaseUntil: moment }))
            .readonly(),
        }),
      )
      .readonly()
      .meta({ description: 'Those that have task results in their hands.' }),
    hosts: z
      .array(
        z.object({
          origin: z.string(),
          attempts: z.int(),
          failed: z.int(),
          lastAt: moment,
          lastStatus: z.int().nullable(),
          lastError: z.string().nullable(),
        }),
      )
      .readonly()
      .meta({ description: 'Of the latest 5,000 callbacks; those that fail first.' }),
    warnings: z.array(z.string()).readonly().meta({ description: 'What somebody should do, one sentence each.' }),
  })
  .meta({ id: 'System' });

/** How the installation is doing, and this process of it. */
export type SystemBody = z.input<typeof system>;
