import type { Check } from '@rungate/run-task';
import { OF_ALL_CHECKS, excessOf, patternLoad } from './built-in/rules/pattern-load.js';
import { rules } from './built-in/rules/rules.js';
import type { ConfigProblem } from './config-problems.js';
import type { CatalogueEntry, ConfigValidation } from './registry.js';

/** What there is to say of the plugins of an installation; `PluginCatalogue` is it. */
export interface Plugins {
  entries(): readonly Pick<CatalogueEntry, 'name' | 'stages'>[];
  validate(use: string, config: Readonly<Record<string, unknown>>): ConfigValidation;
}

/** Problems named at once, as for shapes of the contract: enough to mend them, too few to answer a hostile list at length. */
const MOST_PROBLEMS = 50;

type Settings = Pick<Check, 'use' | 'stages' | 'config'>;

/**
 * What is wrong with the checks of a run task that only their plugins know: whether they exist, where they make sense and
 * how they are configured. Pointers are relative to the list.
 */
export function checkProblems(checks: readonly Settings[], plugins: Plugins): readonly ConfigProblem[] {
  const entries = plugins.entries();
  let load = patternLoad(null);
  const problems = checks.flatMap((check, index): readonly ConfigProblem[] => {
    if (check.use === rules.name) {
      const { patterns, cost } = patternLoad(check.config);
      load = { patterns: load.patterns + patterns, cost: load.cost + cost };
    }
    const excess = excessOf(load, OF_ALL_CHECKS);
    if (excess !== null && check.use === rules.name) {
      return [{ pointer: `/${index}/config/rules`, message: `The rules up to here have ${excess}.` }];
    }
    const plugin = entries.find(({ name }) => name === check.use);
    return below(`/${index}`, plugin === undefined ? strange(entries) : problemsOf(check, plugin, plugins));
  });
  return problems.slice(0, MOST_PROBLEMS);
}

function strange(entries: readonly Pick<CatalogueEntry, 'name'>[]): readonly ConfigProblem[] {
  const names = entries.map(({ name }) => name).join(', ');
  return [{ pointer: '/use', message: `Is no check plugin here. There are ${names}.` }];
}

function problemsOf(
  { use, stages, config }: Settings,
  plugin: Pick<CatalogueEntry, 'stages'>,
  plugins: Plugins,
): readonly ConfigProblem[] {
  const misplaced = stages.flatMap((stage, index) =>
    plugin.stages.includes(stage)
      ? []
      : [{ pointer: `/stages/${index}`, message: `Must be one of ${plugin.stages.join(', ')} for ${use}.` }],
  );
  const validation = plugins.validate(use, config);
  return [...misplaced, ...(validation.ok ? [] : below('/config', validation.problems))];
}

function below(place: string, problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return problems.map(({ pointer, message }) => ({ pointer: place + pointer, message }));
}
