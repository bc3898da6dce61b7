import { checkProblems } from './check-settings.js';
import { PluginCatalogue } from './plugin-catalogue.js';

const plugins = new PluginCatalogue(() => []);

function aRulesCheck(patterns: readonly string[]): Parameters<typeof checkProblems>[0][number] {
  const all = patterns.map((value) => ({ path: 'a', operator: 'matches', value }));
  const rules = patterns.length === 0 ? [] : [{ name: 'r', require: { all: all.slice(0, 100) } }];
  if (all.length > 100) rules.push({ name: 's', require: { all: all.slice(100) } });
  return { use: 'rules', stages: ['post_plan'], config: { rules } };
}

const times = <Item>(count: number, item: Item): readonly Item[] => Array.from({ length: count }, () => item);
/** 3,021 characters with repetitions written out: some milliseconds to compile. */
const COSTLY = 'a{1000}a{1000}a{1000}';

describe('checkProblems', () => {
  it('finds nothing wrong with checks that their plugins can judge', () => {
    expect(checkProblems([aRulesCheck(['a+', '[a-z]{1,63}'])], plugins)).toEqual([]);
    expect(checkProblems([], plugins)).toEqual([]);
  });

  it('points at what only the plugin knows, in every check', () => {
    const problems = checkProblems(
      [
        { use: 'destroyer', stages: ['post_plan'], config: {} },
        { use: 'plan-summary', stages: ['post_plan', 'pre_plan'], config: { colour: 1 } },
      ],
      plugins,
    );
    expect(problems).toEqual([
      {
        pointer: '/0/use',
        message: 'Is no check plugin here. There are rules, destructive-guard, plan-summary.',
      },
      { pointer: '/1/stages/1', message: 'Must be one of post_plan, pre_apply for plan-summary.' },
      { pointer: '/1/config/colour', message: 'This key is not known.' },
    ]);
  });

  it('names no more than fifty problems', () => {
    const check = aRulesCheck(times(200, '('));
    expect(checkProblems([check], plugins)).toHaveLength(50);
  });

  it('refuses more patterns than all checks of a run task may have, from the check that goes beyond', () => {
    const checks = [...times(3, aRulesCheck(times(160, 'a'))), aRulesCheck(times(21, 'a'))];
    expect(checkProblems(checks.slice(0, 3), plugins)).toEqual([]);
    const problems = checkProblems(checks, plugins);
    expect(problems.map(({ pointer }) => pointer)).toEqual(['/3/config/rules']);
    expect(problems[0]?.message).toContain('501 patterns: at most 500 in all checks of a run task');
    const guard = { use: 'destructive-guard', stages: ['post_plan'], config: {} } as const;
    const costly = [...times(20, aRulesCheck(times(6, COSTLY))), guard];
    expect(checkProblems(costly, plugins).map(({ pointer }) => pointer)).toEqual(
      Array.from({ length: 18 }, (_, index) => `/${index + 2}/config/rules`),
    );
  });
});
