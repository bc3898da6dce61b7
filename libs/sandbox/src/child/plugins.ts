import { createRequire } from 'node:module';
import { findPlugin, type CheckPlugin } from '@rungate/checks';

/** Finds a plugin by the name that a check uses. */
export type FindPlugin = (use: string) => CheckPlugin | null;

/** The built-in plugins, and those of one module when there is one; a built-in name cannot be taken. */
export function loadPlugins(module: string | undefined): FindPlugin {
  const more = module === undefined ? [] : readPlugins(createRequire(module)(module));
  return (use) => findPlugin(use) ?? more.find(({ name }) => name === use) ?? null;
}

function readPlugins(exported: unknown): readonly CheckPlugin[] {
  if (
    typeof exported !== 'object' ||
    exported === null ||
    !('plugins' in exported) ||
    !Array.isArray(exported.plugins)
  ) {
    throw new TypeError('the module exports no list named plugins');
  }
  return exported.plugins.filter(isPlugin);
}

function isPlugin(value: unknown): value is CheckPlugin {
  return typeof value === 'object' && value !== null && 'contract' in value && value.contract === 1 && 'run' in value;
}
