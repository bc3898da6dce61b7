import { readByConfigSchema } from './config-schema.js';
import type { PluginManifest } from './plugin-manifest.js';
import {
  catalogue,
  findPlugin,
  needsPlan,
  validateCheckConfig,
  type CatalogueEntry,
  type ConfigValidation,
} from './registry.js';

/** The plugins of one installation: those that ship, and those of others, which are data here. */
export class PluginCatalogue {
  /** `others` are looked up at each question: they are known once the runner has described them. */
  constructor(private readonly others: () => readonly PluginManifest[]) {}

  /** Every plugin that a check can use. */
  entries(): readonly CatalogueEntry[] {
    const others = this.others().map(({ name, version, title, summary, stages, needs, configSchema }) => ({
      ...{ name, version, title, summary, stages, needs },
      configSchema: { ...configSchema },
    }));
    return [...catalogue(), ...others];
  }

  /** Whether a plugin of this name reads the plan; false for an unknown one. */
  needsPlan(use: string): boolean {
    return this.find(use)?.needs.includes('plan') ?? needsPlan(use);
  }

  /** Version of the plugin of this name; null when there is none. */
  versionOf(use: string): string | null {
    return this.find(use)?.version ?? findPlugin(use)?.version ?? null;
  }

  /** Whether `config` is valid for the plugin that `use` names; pointers of problems are relative to `config`. */
  validate(use: string, config: Readonly<Record<string, unknown>>): ConfigValidation {
    const other = this.find(use);
    if (other === undefined) return validateCheckConfig(use, config);
    const { problems } = readByConfigSchema(other.configSchema, config);
    return problems.length === 0 ? { ok: true, config } : { ok: false, problems };
  }

  /** A name that ships is never another's. */
  private find(use: string): PluginManifest | undefined {
    return findPlugin(use) === null ? this.others().find(({ name }) => name === use) : undefined;
  }
}
