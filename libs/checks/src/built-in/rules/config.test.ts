import { validateCheckConfig } from '../../registry.js';

/** What is wrong with a rule, as pointers below it and messages. */
function problems(rule: Record<string, unknown>): Readonly<Record<string, string>> {
  const validation = validateCheckConfig('rules', { rules: [{ name: 'r', ...rule }] });
  if (validation.ok) return {};
  return Object.fromEntries(
    validation.problems.map(({ pointer, message }) => [pointer.replace('/rules/0', ''), message]),
  );
}

const exists = { path: 'a', operator: 'exists' };

function nested(depth: number): unknown {
  return depth === 0 ? exists : { all: [nested(depth - 1)] };
}

describe('the configuration of rules', () => {
  it.each([
    [{ require: exists }],
    [{ require: nested(7) }],
    [{ require: { all: [exists, { any: [{ none: [exists] }] }] }, where: exists }],
    [{ require: { path: 'a', operator: 'matches', value: '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' } }],
    [{ require: { path: 'a', operator: 'matches', value: '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]' } }],
    [{ require: exists, docsUrl: 'https://docs.example.com/x', minimum: 3, showValue: true, actions: ['delete'] }],
  ])('takes %j', (rule) => {
    expect(problems(rule)).toEqual({});
  });

  it.each([
    ['an unknown operator', { path: 'a', operator: 'is' }, '/require/operator', /^Must be one of equals, in, /],
    ['a missing operator', { path: 'a' }, '/require/operator', /^Is missing: one of equals/],
    ['a missing path', { operator: 'exists' }, '/require/path', /attribute/],
    ['nothing at all', {}, '/require', /path and operator, or one of all, any and none/],
    ['a value that exists has not', { ...exists, value: 1 }, '/require/value', /no value/],
    ['a missing value', { path: 'a', operator: 'equals' }, '/require/value', /a text, a number/],
    ['an object to compare with', { path: 'a', operator: 'equals', value: {} }, '/require/value', /a text, a number/],
    ['an empty list', { path: 'a', operator: 'in', value: [] }, '/require/value', /Too small/],
    [
      'an open pattern',
      { path: 'a', operator: 'matches', value: '(' },
      '/require/value',
      /RE2.*missing closing \): `\(`/,
    ],
    ['look-ahead', { path: 'a', operator: 'matches', value: '(?=a)' }, '/require/value', /no look-around/],
    ['a back-reference', { path: 'a', operator: 'matches', value: '(a)\\1' }, '/require/value', /RE2/],
    ['a long pattern', { path: 'a', operator: 'matches', value: 'a'.repeat(201) }, '/require/value', /200/],
    [
      'a pattern that repeats',
      { path: 'a', operator: 'matches', value: '(((a{9}){9}){9}){9}' },
      '/require/value',
      /Repeats/,
    ],
    [
      'a bad range',
      { path: 'a', operator: 'cidrWithin', value: ['10.0.0.0/8', '10/8'] },
      '/require/value/1',
      /10\.0\.0\.0\/8/,
    ],
    ['a long prefix', { path: 'a', operator: 'cidrWithin', value: ['10.0.0.0/33'] }, '/require/value/0', /range/],
    ['a range backwards', { path: 'a', operator: 'between', value: [3, 1] }, '/require/value', /first number/],
    ['lengths backwards', { path: 'a', operator: 'length', value: { min: 3, max: 1 } }, '/require/value', /min/],
    ['no length', { path: 'a', operator: 'length', value: {} }, '/require/value', /min, max or both/],
    ['another case', { path: 'a', operator: 'case', value: 'title' }, '/require/value', /lower/],
    ['a bad path', { path: 'a..b', operator: 'exists' }, '/require/path', /character 2/],
    ['a path that is open', { path: 'a[', operator: 'exists' }, '/require/path', /character 2/],
    ['a path from a list', { path: '[0].a', operator: 'exists' }, '/require/path', /name of an attribute/],
    ['an unknown fact', { path: '$colour', operator: 'exists' }, '/require/path', /one of address/],
    ['a part of a fact', { path: '$type.x', operator: 'exists' }, '/require/path', /nothing may follow/],
    ['a deep path', { path: `a${'[0]'.repeat(20)}`, operator: 'exists' }, '/require/path', /20 steps/],
    ['two groups', { all: [exists], any: [exists] }, '/require', /nest them/],
    ['a group with a path', { all: [exists], path: 'a' }, '/require/path', /does not go with all/i],
    ['an empty group', { none: [] }, '/require/none', /Too small/],
    ['a key that is not known', { ...exists, colour: 1 }, '/require/colour', /not known/],
    [
      'a fault far inside',
      { all: [{ none: [{ path: 'a', operator: 'is' }] }] },
      '/require/all/0/none/0/operator',
      /one of/,
    ],
    ['deep nesting', nested(8), '/require/all', /deeper than 8/],
    [
      'many conditions',
      { all: [{ any: Array(60).fill(exists) }, { any: Array(60).fill(exists) }] },
      '/require/all',
      /more than 100/,
    ],
    ['no condition', 'a', '/require', /expected object/],
  ])('refuses %s and points at it', (_, require, pointer, message) => {
    const found = problems({ require });
    expect(Object.keys(found)).toEqual([pointer]);
    expect(found[pointer]).toMatch(message);
  });

  it.each([
    ['a severity', { severity: 'bad' }, '/severity'],
    ['an action', { actions: ['destroy'] }, '/actions/0'],
    ['no type', { resources: { types: [] } }, '/resources/types'],
    ['a selector', { resources: { type: ['a'] } }, '/resources/type'],
    ['a link without TLS', { docsUrl: 'http://docs.example.com' }, '/docsUrl'],
    ['a name', { name: 'a b' }, '/name'],
  ])('refuses %s', (_, more, pointer) => {
    expect(Object.keys(problems({ require: exists, ...more }))).toEqual([pointer]);
  });

  it('refuses the name of another rule, and more rules than a hundred', () => {
    const rule = { name: 'r', require: exists };
    expect(validateCheckConfig('rules', { rules: [rule, rule] })).toMatchObject({
      ok: false,
      problems: [{ pointer: '/rules/1/name' }],
    });
    const many = Array.from({ length: 101 }, (_, index) => ({ name: `r${index}`, require: exists }));
    expect(validateCheckConfig('rules', { rules: many })).toMatchObject({
      ok: false,
      problems: [{ pointer: '/rules' }],
    });
  });

  it.each([
    ['too many patterns', times(201, '('), /201 patterns: at most 200 in a check/],
    [
      'too large ones',
      times(7, 'a{1000}a{1000}a{1000}'),
      /patterns of 21147 characters, repetitions written out: at most/,
    ],
    ['too many Unicode classes', times(20, '\\pL'.repeat(66)), /patterns of \d+ characters/],
  ])('refuses %s before it compiles one', (_, patterns, message) => {
    const validation = validateCheckConfig('rules', withPatterns(patterns));
    const found = validation.ok ? [] : validation.problems;
    expect(found.map(({ pointer }) => pointer)).toEqual(['/rules']);
    expect(found[0]?.message).toMatch(message);
  });

  it('takes as many patterns as a check may have, and points at one that is refused by itself', () => {
    expect(validateCheckConfig('rules', withPatterns(times(200, '[a-z0-9-]{1,60}')))).toMatchObject({ ok: true });
    expect(validateCheckConfig('rules', withPatterns(['a', '(((a{9}){9}){9}){9}']))).toMatchObject({
      problems: [{ pointer: '/rules/0/require/all/1/value' }],
    });
  });
});

function times(count: number, pattern: string): readonly string[] {
  return Array.from({ length: count }, () => pattern);
}

/** A hundred patterns to a rule. */
function withPatterns(patterns: readonly string[]): unknown {
  const conditions = patterns.map((value) => ({ path: 'a', operator: 'notMatches', value }));
  const names = Array.from({ length: Math.ceil(conditions.length / 100) }, (_, index) => index);
  return {
    rules: names.map((name) => ({
      name: `r${name}`,
      require: { all: conditions.slice(name * 100, name * 100 + 100) },
    })),
  };
}
