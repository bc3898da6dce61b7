import { compileCost } from './pattern.js';

/** How much there is to compile in configurations of `rules`. */
export interface PatternLoad {
  readonly patterns: number;
  /** Characters, repetitions written out; a few hundred of them take a millisecond. */
  readonly cost: number;
}

/** The most that may be. */
export interface PatternLimit extends PatternLoad {
  /** What is limited: `a check`. */
  readonly of: string;
}

/** Most patterns of one check, so that reading its configuration takes a fraction of a second. */
export const OF_ONE_CHECK: PatternLimit = { patterns: 200, cost: 20_000, of: 'a check' };
/** Most patterns of all checks of a run task, which are read one after another when it is saved. */
export const OF_ALL_CHECKS: PatternLimit = { patterns: 500, cost: 50_000, of: 'all checks of a run task' };

const MATCHING: ReadonlySet<unknown> = new Set(['matches', 'notMatches']);

/** What a configuration would cost, whatever it is: nothing of it was read before, and nothing is compiled here. */
export function patternLoad(config: unknown): PatternLoad {
  let patterns = 0;
  let cost = 0;
  const open: unknown[] = [config];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const member of Object.values(value)) open.push(member);
    const pattern = 'operator' in value && 'value' in value && MATCHING.has(value.operator) ? value.value : null;
    if (typeof pattern !== 'string') continue;
    patterns++;
    cost += compileCost(pattern);
  }
  return { patterns, cost };
}

/** By what a load goes beyond a limit: `700 patterns: at most 500 in …`; null when it does not. */
export function excessOf({ patterns, cost }: PatternLoad, limit: PatternLimit): string | null {
  if (patterns > limit.patterns) {
    return `${patterns} patterns: at most ${limit.patterns} in ${limit.of}, so use the operators in or startsWith where they will do`;
  }
  if (cost <= limit.cost) return null;
  return `patterns of ${cost} characters, repetitions written out: at most ${limit.cost} in ${limit.of}, so count less in braces`;
}
