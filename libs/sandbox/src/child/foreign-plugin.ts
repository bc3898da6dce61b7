import type { CheckInput } from '@rungate/checks';
import { z } from 'zod';
import type { JudgingPlugin } from './judge.js';

/** What a plugin of others exports: anything at all. */
export type ForeignPlugin = Readonly<Record<string, unknown>>;

const DESCRIBED = ['contract', 'name', 'version', 'title', 'summary', 'stages', 'needs', 'grants'];

/** What a plugin says of itself, as data; the runner judges it. */
export function manifestOf(plugin: ForeignPlugin): unknown {
  const said = DESCRIBED.filter((name) => name in plugin).map((name) => [name, plugin[name]]);
  return { ...Object.fromEntries(said), configSchema: schemaOf(plugin) };
}

/** The plugin as our own code calls one. Its configuration was read by its schema before; now it may read it itself. */
export function adapt(plugin: ForeignPlugin): JudgingPlugin {
  const needs = Array.isArray(plugin.needs) && plugin.needs.includes('plan') ? (['plan'] as const) : [];
  return {
    needs,
    config: z.unknown().transform((config, context) => readConfig(plugin.config, config, context)),
    run: (input) => run(plugin, input),
  };
}

/** As JSON Schema; of a zod schema (4 or newer) it is derived. */
function schemaOf({ configSchema, config }: ForeignPlugin): unknown {
  if (configSchema !== undefined) return configSchema;
  if (config === undefined) return { type: 'object' };
  if (config instanceof z.ZodType || isZod(config)) return z.toJSONSchema(config, { io: 'input' });
  throw new TypeError('the plugin has a config without a configSchema, and the config is no zod schema');
}

function isZod(config: unknown): config is z.ZodType {
  return typeof config === 'object' && config !== null && '_zod' in config;
}

/** What a schema's `safeParse` answers, as zod has it. */
const parsed = z.union([
  z.looseObject({ success: z.literal(true), data: z.unknown() }),
  z.looseObject({
    success: z.literal(false),
    error: z.looseObject({ issues: z.array(z.looseObject({ message: z.string() })) }),
  }),
]);

function readConfig(reader: unknown, config: unknown, context: z.RefinementCtx): unknown {
  if (typeof reader !== 'object' || reader === null || !('safeParse' in reader)) return config;
  const { safeParse } = reader;
  if (typeof safeParse !== 'function') return config;
  const answer = parsed.parse(safeParse.call(reader, config));
  if (answer.success) return answer.data;
  for (const { message } of answer.error.issues) context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

function run(plugin: ForeignPlugin, input: CheckInput): unknown {
  if (typeof plugin.run !== 'function') throw new TypeError('the plugin has no function named run');
  return Reflect.apply(plugin.run, plugin, [input]);
}
