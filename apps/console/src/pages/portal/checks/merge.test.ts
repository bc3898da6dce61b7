import type { CheckBody } from '@rungate/contract';
import { areSame, differencesOf, mergedOf } from './merge.js';

const check = (name: string, changes: Partial<CheckBody> = {}): CheckBody => ({
  ...{ name, use: 'rules', stages: ['post_plan'], enforcement: 'advisory', config: {} },
  ...changes,
});
const strict = { enforcement: 'mandatory' } as const;

describe('checks that two people changed', () => {
  it('are the same whatever is spelled out of the defaults, and in which order', () => {
    const spelled = check('a', { config: { b: 1, a: 2 }, failOn: 'high', timeoutSeconds: 60, locked: false });
    expect(areSame([check('a', { config: { a: 2, b: 1 } })], [spelled])).toBe(true);
    expect(areSame([check('a'), check('b')], [check('b'), check('a')])).toBe(false);
  });

  it('differ where either changed something, and are settled where only one did', () => {
    const base = [check('a'), check('b'), check('c'), check('d')];
    const theirs = [check('a', strict), check('b'), check('c', strict), check('new')];
    const mine = [check('a'), check('b', strict), check('c', { failOn: 'low' }), check('d', strict)];
    expect(differencesOf({ base, theirs, mine }).map(({ name, settled }) => [name, settled])).toEqual([
      ['a', 'theirs'],
      ['b', 'mine'],
      ['c', null],
      ['new', 'theirs'],
      ['d', null],
    ]);
  });

  it('are no difference when both did the same', () => {
    expect(differencesOf({ base: [check('a')], theirs: [check('a', strict)], mine: [check('a', strict)] })).toEqual([]);
  });

  it('become one list as somebody chose, without what either took away', () => {
    const versions = {
      base: [check('a'), check('b')],
      theirs: [check('a', strict), check('theirs')],
      mine: [check('a'), check('b', strict), check('mine')],
    };
    const chosen = new Map([
      ['a', 'mine'],
      ['mine', 'mine'],
    ] as const);
    expect(mergedOf(versions, chosen)).toEqual([check('a'), check('theirs'), check('mine')]);
  });
});
