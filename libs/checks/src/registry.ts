import { destructiveGuard } from './built-in/destructive-guard.js';
import { planSummary } from './built-in/plan-summary.js';
import { rules } from './built-in/rules/rules.js';
import type { CheckPlugin, Stage } from './check.js';
import { toConfigProblems, type ConfigProblem } from './config-problems.js';
import { z } from './schema.js';

/** Every check plugin that ships, in the order of the catalogue. */
const PLUGINS: readonly CheckPlugin[] = [rules, destructiveGuard, planSummary];

const BY_NAME: ReadonlyMap<string, CheckPlugin> = new Map(PLUGINS.map((plugin) => [plugin.name, plugin]));

/** The plugin that a check's `use` names, or null. */
export function findPlugin(use: string): CheckPlugin | null {
  return BY_NAME.get(use) ?? null;
}

/** Whether a plugin of this name reads the plan; false for an unknown one. */
export function needsPlan(use: string): boolean {
  return findPlugin(use)?.needs.includes('plan') ?? false;
}

/** A plugin as people choose it: data, no code. */
export interface CatalogueEntry {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly summary: string;
  readonly stages: readonly Stage[];
  readonly needs: readonly ('plan' | 'configuration')[];
  /** JSON Schema (2020-12) of the configuration, as it is written: members with a default are optional. */
  readonly configSchema: Readonly<Record<string, unknown>>;
}

let shipped: readonly CatalogueEntry[] | null = null;

/** Every plugin that a check can use. Described once, when somebody first asks: schemas are dear, and every PUT asks. */
export function catalogue(): readonly CatalogueEntry[] {
  shipped ??= PLUGINS.map(describe);
  return shipped;
}

function describe(plugin: CheckPlugin): CatalogueEntry {
  const { name, version, title, summary, stages, needs, config } = plugin;
  return { name, version, title, summary, stages, needs, configSchema: { ...z.toJSONSchema(config, { io: 'input' }) } };
}

/** A valid configuration, or everything that is wrong with it. */
export type ConfigValidation =
  /** The configuration as it was given: defaults are filled in when the check runs. */
  | { readonly ok: true; readonly config: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Whether `config` is valid for the plugin that `use` names; pointers of problems are relative to `config`. */
export function validateCheckConfig(use: string, config: unknown): ConfigValidation {
  const plugin = findPlugin(use);
  if (plugin === null) {
    return {
      ok: false,
      problems: [{ pointer: '', message: `There is no check plugin named ${JSON.stringify(use)}.` }],
    };
  }
  const object = z.record(z.string(), z.unknown()).safeParse(config);
  if (!object.success) return { ok: false, problems: toConfigProblems(object.error.issues) };
  const parsed = plugin.config.safeParse(config);
  return parsed.success
    ? { ok: true, config: object.data }
    : { ok: false, problems: toConfigProblems(parsed.error.issues) };
}
