import { aResource, at, judge, judgeAll } from '../../../testing/index.js';

const MASK = '(sensitive value)';

describe('an operator of rules', () => {
  it.each([
    ['equals', 'a', 'a', 'b'],
    ['equals', 80, '80', '8080'],
    ['equals', '80', 80, 81],
    ['equals', true, 'true', false],
    ['equals', 'café', 'cafe\u0301', 'cafe'],
    ['notEquals', 22, 23, '22'],
    ['in', ['eu-west-1', 'eu-central-1'], 'eu-west-1', 'us-east-1'],
    ['notIn', ['t2.micro'], 't3.micro', 't2.micro'],
    ['matches', '[a-z]+-prod', 'a-prod', 'a-prod-x'],
    ['matches', 'a.*z', 'a\nz', 'b'],
    ['notMatches', '.*secret.*', 'fine', 'a\nsecret\nb'],
    ['startsWith', 'a/', 'a/b', 'b/a/'],
    ['endsWith', '.gz', 'x.gz', 'x.gz.zip'],
    ['contains', 'bc', 'abcd', 'acbd'],
    ['contains', 'x', ['x', 'y'], ['xy']],
    ['contains', 'x', { x: 1 }, { y: 'x' }],
    ['notContains', 'x', ['y'], ['x']],
    ['greaterThan', 5, 6, 5],
    ['greaterOrEqual', 5, '5', 4.9],
    ['lessThan', 5, -1, '5'],
    ['lessOrEqual', 5, 5, 6],
    ['between', [1, 3], 3, 4],
    ['cidrWithin', ['10.0.0.0/8', 'fd00::/8'], '10.1.0.0/16', '0.0.0.0/0'],
    ['cidrWithin', ['10.0.0.0/8', 'fd00::/8'], 'fd12::1', '::/0'],
    ['cidrWithin', ['10.0.0.0/8'], '::ffff:10.0.0.0/104', '8.0.0.0/7'],
    ['length', { min: 2 }, 'ab', 'a'],
    ['length', { max: 1 }, ['a'], ['a', 'b']],
    ['length', { min: 1, max: 2 }, { a: 1, b: 2 }, {}],
    ['case', 'lower', 'abc-1', 'Abc'],
    ['case', 'upper', 'ABC', 'ABc'],
    ['exists', undefined, 0, ''],
    ['exists', undefined, false, []],
    ['exists', undefined, 'x', ' '],
    ['absent', undefined, null, 'x'],
    ['absent', undefined, {}, 0],
  ])('%s %j lets %j pass, and not %j', async (operator, value, good, bad) => {
    expect(await judge(at('x', operator, value), { after: { x: good } })).toBe('ok');
    expect(await judge(at('x', operator, value), { after: { x: bad } })).toBe('violation');
    // What must not be so, the other way round.
    expect(await judge({ none: [at('x', operator, value)] }, { after: { x: good } })).toBe('violation');
    expect(await judge({ none: [at('x', operator, value)] }, { after: { x: bad } })).toBe('ok');
  });

  it.each(['equals', 'startsWith', 'endsWith', 'contains', 'matches'])(
    '%s leaves case alone with ignoreCase',
    async (operator) => {
      expect(await judge(at('x', operator, 'Äb', { ignoreCase: true }), { after: { x: 'äB' } })).toBe('ok');
      expect(await judge(at('x', operator, 'Äb'), { after: { x: 'äB' } })).toBe('violation');
    },
  );

  it.each([
    ['equals', 'a', ['a']],
    ['matches', 'a', { a: 'a' }],
    ['lessThan', 5, 'many'],
    ['cidrWithin', ['10.0.0.0/8'], '010.0.0.1'],
    ['cidrWithin', ['10.0.0.0/8'], '0x0a.0.0.1/8'],
    ['cidrWithin', ['10.0.0.0/8'], '10.0.0.0/8/8'],
    ['length', { min: 1 }, 5],
    ['matches', '.*', 'x'.repeat(5_000)],
  ])('%s %j neither passes nor forbids what it cannot be asked of', async (operator, value, odd) => {
    expect(await judge(at('x', operator, value), { after: { x: odd } })).toBe('violation');
    expect(await judge({ none: [at('x', operator, value)] }, { after: { x: odd } })).toBe('violation');
  });

  it.each([
    ['equals', 'a', 'violation', 'ok'],
    ['in', ['a'], 'violation', 'ok'],
    ['exists', undefined, 'violation', 'ok'],
    ['cidrWithin', ['10.0.0.0/8'], 'violation', 'ok'],
    ['length', { max: 3 }, 'violation', 'ok'],
    ['notEquals', 'a', 'ok', 'violation'],
    ['notContains', 'a', 'ok', 'violation'],
    ['absent', undefined, 'ok', 'violation'],
  ])('%s %j takes null and what is not there for the same', async (operator, value, plain, inNone) => {
    for (const after of [{ x: null }, {}]) {
      expect(await judge(at('x', operator, value), { after })).toBe(plain);
      expect(await judge({ none: [at('x', operator, value)] }, { after })).toBe(inNone);
    }
  });
});

describe('a path of rules', () => {
  const ingress = [{ cidr_blocks: ['10.0.0.0/8', '0.0.0.0/0'] }, { cidr_blocks: [] }];
  const open = at('ingress[*].cidr_blocks[*]', 'equals', '0.0.0.0/0');

  it('means every element: one that fails is enough, and one that is forbidden too', async () => {
    const inside = at('ingress[*].cidr_blocks[*]', 'cidrWithin', ['10.0.0.0/8']);
    expect(await judge(inside, { after: { ingress } })).toBe('violation');
    expect(await judge({ none: [open] }, { after: { ingress } })).toBe('violation');
    expect(await judge({ none: [open] }, { after: { ingress: [{ cidr_blocks: ['10.0.0.0/8'] }] } })).toBe('ok');
    expect(await judge({ none: [{ any: [open] }] }, { after: { ingress } })).toBe('violation');
    expect(await judge({ none: [{ none: [open] }] }, { after: { ingress } })).toBe('violation');
  });

  it('can ask that some element passes, or forbid only that every one does', async () => {
    expect(await judge({ ...open, match: 'some' }, { after: { ingress } })).toBe('ok');
    expect(await judge({ ...open, match: 'some' }, { after: { ingress: [] } })).toBe('violation');
    expect(await judge({ none: [{ ...open, match: 'every' }] }, { after: { ingress } })).toBe('ok');
  });

  it('is satisfied by an empty list where every element must pass', async () => {
    for (const empty of [[], null, undefined]) expect(await judge(open, { after: { ingress: empty } })).toBe('ok');
  });

  it.each([
    ['ebs["volume.type"].size', { ebs: { 'volume.type': { size: 1 } } }],
    ["labels['app.kubernetes.io/name']", { labels: { 'app.kubernetes.io/name': 1 } }],
    ['a[1].b', { a: [{ b: 2 }, { b: 1 }] }],
    ['a[*]', { a: { x: 1, y: 1 } }],
    ['["Odd name"]', { 'Odd name': 1 }],
    ['a["[*]"]', { a: { '[*]': 1 } }],
    ['a["quote\\"d"]', { a: { 'quote"d': 1 } }],
  ])('%s reaches its value', async (path, after) => {
    expect(await judge(at(path, 'equals', 1), { after })).toBe('ok');
    expect(await judge(at(path, 'equals', 2), { after })).toBe('violation');
  });

  it.each([
    ['ingress.cidr_blocks', { ingress }],
    ['region[*]', { region: 'x' }],
    ['region[0]', { region: 'x' }],
    ['tags[0]', { tags: { 0: 'x' } }],
    ['region.name', { region: 'x' }],
  ])('%s that does not fit the value is no way around a rule', async (path, after) => {
    expect(await judge({ none: [at(path, 'equals', 'evil')] }, { after })).toBe('violation');
    expect(await judge(at(path, 'notEquals', 'evil'), { after })).toBe('violation');
  });

  it('reaches nothing that only JavaScript has', async () => {
    for (const path of ['constructor.name', '__proto__', 'a.length', 'toString']) {
      expect(await judge(at(path, 'absent'), { after: { a: { b: 1 } } })).toBe('ok');
    }
  });

  it.each([
    ['$type', 'aws_thing'],
    ['$name', 'a'],
    ['$address', 'module.m.aws_thing.a["k"]'],
    ['$module', 'module.m'],
    ['$index', 'k'],
    ['$provider', 'registry.example/hashicorp/aws'],
  ])('%s is what is known besides attributes', async (path, value) => {
    const resource = aResource('module.m.aws_thing.a["k"]', {
      after: {},
      moduleAddress: 'module.m',
      index: 'k',
      type: 'aws_thing',
      name: 'a',
    });
    expect((await judgeAll({ name: 'r', require: at(path, 'equals', value) }, [resource])).findings).toEqual([]);
    expect((await judgeAll({ name: 'r', require: at(path, 'equals', 'z') }, [resource])).findings).toHaveLength(1);
  });

  it.each([
    ['the provider sets by default', { tags: null, tags_all: { Owner: 'x' } }, {}],
    ['only the resource has', { tags: { Owner: 'x' } }, {}],
    ['Google calls labels', { labels: { Owner: 'x' }, effective_labels: { other: 'y' } }, {}],
    ['stand in tags while the rest is unknown', { tags: { Owner: 'x' } }, { tags_all: true }],
  ])('$tags has tags that %s', async (_, after, unknown) => {
    expect(await judge(at('$tags.Owner', 'equals', 'x'), { after, unknown })).toBe('ok');
    expect(await judge(at('$tags.Owner', 'equals', 'y'), { after, unknown })).toBe('violation');
    expect(await judge(at('$tags.owner', 'exists'), { after })).toBe('violation');
  });

  it('$tags is unknown where a tag may yet come, and masked where one may be hidden', async () => {
    const tagged = at('$tags.Owner', 'exists');
    expect(await judge(tagged, { after: { tags: {} }, unknown: { tags_all: true } })).toBe('unknown');
    expect(await judge(tagged, { after: { tags: {} }, unknown: { tags: { Owner: true } } })).toBe('unknown');
    expect(await judge(at('$tags[*]', 'notEquals', 'x'), { after: {}, unknown: { tags: true } })).toBe('unknown');
    expect(await judge({ none: [at('$tags.Cost', 'exists')] }, { after: { tags: MASK } })).toBe('violation');
  });
});

describe('rules and what is not known', () => {
  const west = at('region', 'equals', 'eu-west-1');

  it.each([
    ['an attribute', { after: {}, unknown: { region: true } }],
    ['the whole resource', { after: null, unknown: true }],
  ])('says that %s is known only after apply: no pass and no violation', async (_, parts) => {
    expect(await judge(west, parts)).toBe('unknown');
    expect(await judge({ none: [west] }, parts)).toBe('unknown');
    expect(await judge(at('region', 'absent'), parts)).toBe('unknown');
  });

  it('sees unknown elements, members and what is below them', async () => {
    const every = at('l[*].r', 'equals', 'x');
    expect(await judge(every, { after: { l: [{ r: 'x' }, {}] }, unknown: { l: [{}, { r: true }] } })).toBe('unknown');
    expect(await judge(every, { after: { l: [{ r: 'y' }, {}] }, unknown: { l: [{}, { r: true }] } })).toBe('violation');
    expect(await judge(at('l[*]', 'equals', 'x'), { after: { l: [null] }, unknown: { l: [true] } })).toBe('unknown');
    expect(await judge(at('m[*]', 'equals', 'x'), { after: { m: {} }, unknown: { m: { k: true } } })).toBe('unknown');
    expect(await judge(at('l[*].r', 'equals', 'x'), { after: {}, unknown: { l: [{ r: true }] } })).toBe('unknown');
    expect(await judge(at('b', 'exists'), { after: { b: [] }, unknown: { b: [{ id: true }] } })).toBe('unknown');
    expect(await judge(at('l', 'contains', 'x'), { after: { l: [null] }, unknown: { l: [true] } })).toBe('unknown');
    expect(await judge(at('l', 'contains', 'x'), { after: { l: [null, 'x'] }, unknown: { l: [true] } })).toBe('ok');
  });

  it('decides in spite of it where it can', async () => {
    const parts = { after: { acl: 'private' }, unknown: { region: true } };
    expect(await judge({ any: [west, at('acl', 'equals', 'private')] }, parts)).toBe('ok');
    expect(await judge({ all: [west, at('acl', 'equals', 'public')] }, parts)).toBe('violation');
  });

  it.each([
    ['a value', { region: MASK }],
    ['a part of a value', { region: `eu-${MASK}` }],
    ['all attributes', MASK],
  ])('does not let a sensitive value pass: %s', async (_, after) => {
    expect(await judge(west, { after })).toBe('violation');
    expect(await judge({ none: [west] }, { after })).toBe('violation');
    expect(await judge(at('region', 'notIn', ['x']), { after })).toBe('violation');
    expect(await judge(at('region', 'exists'), { after })).toBe('ok');
  });

  it('does not take a masked key or element for a missing one', async () => {
    expect(await judge({ none: [at('tags.Public', 'exists')] }, { after: { tags: { [MASK]: 'x' } } })).toBe(
      'violation',
    );
    expect(await judge({ none: [at('l', 'contains', 'x')] }, { after: { l: [MASK] } })).toBe('violation');
    expect(await judge({ none: [at('m', 'contains', 'x')] }, { after: { m: { [MASK]: 1 } } })).toBe('violation');
  });
});
