import { createRequire } from 'node:module';
import { z } from 'zod';
import { describeRequestSchema, type ChildReply } from '../child-messages.js';
import { describeError, judge } from './judge.js';
import { adapt, manifestOf, type ForeignPlugin } from './foreign-plugin.js';
import { serve } from './serve.js';

// Entry of a child for one plugin of others: `plugin-main.js <its main file>`. The only process that loads its code.
const entry = process.argv[2] ?? '';

serve(async (message, say): Promise<ChildReply> => {
  const describe = describeRequestSchema.safeParse(message);
  const { id } = z.looseObject({ id: z.int() }).parse(message);
  let plugin: ForeignPlugin;
  try {
    plugin = load();
    if (describe.success) return { kind: 'described', id, manifest: manifestOf(plugin) };
  } catch (cause) {
    return { kind: 'errored', id, reason: 'threw', detail: describeError(cause) };
  }
  return judge(message, { findPlugin: () => adapt(plugin), say });
});

function load(): ForeignPlugin {
  const exported: unknown = createRequire(entry)(entry);
  const plugin = isObject(exported) && isObject(exported.default) ? exported.default : exported;
  if (!isObject(plugin)) throw new TypeError('the plugin exports no object');
  return plugin;
}

function isObject(value: unknown): value is ForeignPlugin {
  return typeof value === 'object' && value !== null;
}
