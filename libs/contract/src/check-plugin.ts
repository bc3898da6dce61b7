import { z } from 'zod';
import { name } from './fields.js';
import { stage } from './run-task.js';

/** A check plugin in the catalogue. */
export const checkPlugin = z
  .object({
    name,
    version: z.string(),
    title: z.string(),
    summary: z.string(),
    stages: z.array(stage).readonly(),
    configSchema: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of the configuration.' }),
  })
  .meta({ id: 'CheckPlugin' });

/** A check plugin in the catalogue. */
export type CheckPluginBody = z.input<typeof checkPlugin>;
