import { STAGES } from '@rungate/run-task';
import { configSchema } from './config-schema.js';
import { z } from './schema.js';

/** All that a plugin of others may say of itself, bytes of JSON. */
const MANIFEST_LIMIT = 256 * 1_024;
const DEEPEST = 32;

const line = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((text) => !/[\p{Cc}\u2028\u2029]|<[a-z!/?]/iu.test(text), 'must be one line without HTML');

/** A plugin of others as data: what it said of itself when it was described in the sandbox. */
export const pluginManifest = z.strictObject({
  contract: z.literal(1, 'is a version of the plugin contract that this Rungate does not know; it knows 1'),
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'must be letters, digits, - and _, at most 64'),
  version: z.string().regex(/^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]{1,50})?$/, 'must be a semantic version'),
  title: line(200),
  summary: line(1_000),
  stages: z.array(z.enum(STAGES)).min(1).max(STAGES.length).readonly(),
  needs: z
    .array(z.enum(['plan', 'configuration']))
    .max(2)
    .readonly(),
  configSchema: configSchema.refine(({ type }) => type === 'object', 'must be the schema of an object'),
});

/** A plugin of others as data. */
export type PluginManifest = z.infer<typeof pluginManifest>;

/** A manifest, or one sentence about why it is refused. */
export type ManifestReading =
  { readonly ok: true; readonly manifest: PluginManifest } | { readonly ok: false; readonly reason: string };

/** Reads what a plugin said of itself: hostile, so bounded before it is looked at. */
export function readManifest(value: unknown): ManifestReading {
  if (typeof value !== 'object' || value === null) return { ok: false, reason: 'its description is no object' };
  if (isDeeper(value, DEEPEST)) return { ok: false, reason: `its description is nested deeper than ${DEEPEST} levels` };
  if (Buffer.byteLength(JSON.stringify(value)) > MANIFEST_LIMIT) {
    return { ok: false, reason: `its description is larger than ${MANIFEST_LIMIT / 1_024} kB` };
  }
  const parsed = pluginManifest.safeParse(value);
  if (parsed.success) return { ok: true, manifest: parsed.data };
  const [issue] = parsed.error.issues;
  const at = ['its description', ...(issue?.path ?? [])].join('.');
  return { ok: false, reason: `${at}: ${issue?.message ?? 'not valid'}` };
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
