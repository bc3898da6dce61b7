import {
  aResource,
  at,
  judge,
  judgeAll,
  messageOf,
  planOf,
  runPlugin,
  type ResourceParts,
} from '../../../testing/index.js';
import type { ResourceChange } from '../../check.js';
import { rules } from './rules.js';

const MASK = '(sensitive value)';

describe('which resources a rule applies to', () => {
  const never = at('never', 'equals', true);

  async function applied(rule: Record<string, unknown>, change: ResourceChange): Promise<boolean> {
    const { findings } = await judgeAll({ name: 'r', require: never, ...rule }, [change]);
    return findings.length > 0;
  }

  it.each([
    [{}, true],
    [{ types: ['aws_*'] }, true],
    [{ types: ['google_*'] }, false],
    [{ addresses: ['module.db.*'] }, true],
    [{ addresses: ['*["prod"]'] }, true],
    [{ addresses: ['*["dev"]'] }, false],
    [{ modules: ['module.db'] }, true],
    [{ modules: ['root'] }, false],
    [{ providers: ['*/hashicorp/aws'] }, true],
    [{ providers: ['*/other/aws'] }, false],
    [{ mode: 'data' }, false],
    [{ exclude: { types: ['*_thing'] } }, false],
    [{ exclude: { addresses: ['*["prod"]'] } }, false],
    [{ exclude: { modules: ['module.*'] } }, false],
  ])('%j: %s', async (resources, expected) => {
    const change = aResource('module.db.aws_thing.a["prod"]', {
      after: {},
      moduleAddress: 'module.db',
      type: 'aws_thing',
      index: 'prod',
    });
    expect(await applied({ resources }, change)).toBe(expected);
  });

  it('takes an address that holds a sensitive value wherever it may be meant, and never for excluded', async () => {
    const change = aResource(`aws_thing.a["${MASK}"]`, { after: {}, type: 'aws_thing' });
    expect(await applied({ resources: { addresses: ['aws_thing.a["prod"]'] } }, change)).toBe(true);
    expect(await applied({ resources: { addresses: ['aws_thing.b*'] } }, change)).toBe(false);
    expect(await applied({ resources: { exclude: { addresses: ['aws_thing.a["prod"]'] } } }, change)).toBe(true);
  });

  it.each([
    ['create', ['create'], {}, true],
    ['update', ['update'], {}, true],
    ['replace', ['delete', 'create'], {}, true],
    ['replace, the other order', ['create', 'delete'], {}, true],
    ['replace that forgets', ['create', 'forget'], {}, true],
    ['import', ['no-op'], { importing: { id: 'i' } }, true],
    ['move', ['no-op'], { previousAddress: 'aws_thing.old' }, true],
    ['no-op', ['no-op'], {}, false],
    ['delete', ['delete'], { after: null, before: {} }, false],
    ['forget', ['forget'], { after: null, before: {} }, false],
  ] as const)('looks by default at a %s: %s', async (_, actions, more, expected) => {
    expect(await applied({}, aResource('aws_thing.a', { actions, after: {}, before: {}, ...more }))).toBe(expected);
  });

  it('takes a replacement for a create and a delete as well, and looks at each side of it', async () => {
    const parts = { before: { v: 'old' }, after: { v: 'new' } };
    for (const actions of [
      ['delete', 'create'],
      ['create', 'delete'],
    ] as const) {
      const look = (action: string, v: string) =>
        judge(at('v', 'equals', v), { actions, ...parts }, { actions: [action] });
      expect(await look('delete', 'old')).toBe('ok');
      expect(await look('delete', 'new')).toBe('violation');
      expect(await look('create', 'new')).toBe('ok');
      expect(await look('replace', 'new')).toBe('ok');
      expect(await look('update', 'old')).toBe('ok');
    }
  });

  it('looks at what goes as it is before: deleted, deposed or forgotten', async () => {
    const guarded = at('deletion_protection', 'notEquals', true);
    const before = { deletion_protection: true };
    for (const actions of [['delete'], ['forget']] as const) {
      const more = { actions: ['delete', 'forget'] };
      expect(await judge(guarded, { actions, before }, more)).toBe('violation');
      expect(await judge(guarded, { actions, before, deposed: 'abcd' }, more)).toBe('violation');
      expect(await judge(guarded, { actions, before: {} }, more)).toBe('ok');
    }
  });

  it('looks at data sources when asked to', async () => {
    const data = aResource('data.aws_thing.a', { actions: ['read'], mode: 'data', after: {} });
    expect(await applied({}, data)).toBe(false);
    expect(await applied({ resources: { mode: 'data' } }, data)).toBe(true);
    expect(await applied({ resources: { mode: 'any' } }, data)).toBe(true);
  });

  it('chooses by attributes, in doubt the resource', async () => {
    const where = at('tier', 'equals', 'prod');
    const check = (parts: ResourceParts) => judge(at('size', 'equals', 'l'), parts, { where });
    expect(await check({ after: { tier: 'dev', size: 's' } })).toBe('ok');
    expect(await check({ after: { tier: 'prod', size: 's' } })).toBe('violation');
    expect(await check({ after: { tier: MASK, size: 's' } })).toBe('violation');
    expect(await check({ after: { size: 's' }, unknown: { tier: true } })).toBe('unknown');
    expect(await check({ after: { size: 'l' }, unknown: { tier: true } })).toBe('ok');
    const some = { where: at('l[*]', 'equals', 'x') };
    expect(await judge(never, { after: { l: ['y', 'x'] } }, some)).toBe('violation');
    expect(await judge(never, { after: { l: ['y', 'x'] } }, { where: { none: [at('l[*]', 'equals', 'x')] } })).toBe(
      'violation',
    );
  });
});

describe('what rules say', () => {
  it('says what must be, and never what is', async () => {
    const finding = await messageOf(at('region', 'in', ['eu-west-1']), { region: 'canary' });
    expect(finding).toEqual({
      rule: 'r',
      severity: 'high',
      address: 'aws_thing.a',
      message: 'breaks the rule r: region must be one of "eu-west-1".',
      certainty: 'violation',
    });
    const map = await messageOf(at('tags[*]', 'equals', 'x'), { tags: { canary: 'canary' } });
    expect(map.message).toBe('breaks the rule r: tags[*] must be "x".');
  });

  it('says it in the words of the rule, with its remedy and link', async () => {
    const more = {
      severity: 'critical',
      message: 'stands in a region that is not allowed',
      remediation: 'Use eu-west-1.',
      docsUrl: 'https://docs.example.com/regions',
    };
    expect(await messageOf(at('region', 'equals', 'eu-west-1'), { region: null }, more)).toMatchObject({
      ...more,
      message: 'stands in a region that is not allowed (region must be "eu-west-1", and is not set).',
    });
  });

  it('shows a value where the rule says so, and never one that could be a secret', async () => {
    const show = { showValue: true };
    expect((await messageOf(at('size', 'equals', 's'), { size: 'xl' }, show)).message).toContain('and is "xl"');
    expect((await messageOf(at('size', 'equals', 's'), { size: 'x'.repeat(900) }, show)).message.length).toBeLessThan(
      200,
    );
    for (const name of ['user_data', 'policy', 'environment', 'db_password', 'API_TOKEN', 'env']) {
      const { message } = await messageOf(at(name, 'equals', 's'), { [name]: 'canary' }, show);
      expect(message).not.toContain('canary');
    }
    expect(
      (await messageOf(at('env[*].value', 'equals', 's'), { env: [{ value: 'canary' }] }, show)).message,
    ).not.toContain('canary');
    expect((await messageOf(at('x', 'equals', 's'), { x: MASK }, show)).message).toBe(
      'cannot be judged by the rule r: x is sensitive, so it cannot be compared.',
    );
  });

  it('names the ways to satisfy any, and the element that fails', async () => {
    const either = { any: [at('a', 'equals', 1), at('b', 'exists')] };
    expect((await messageOf(either, { a: 2 })).message).toBe(
      'breaks the rule r: a must be 1 or b must be set, and is not set.',
    );
    expect((await messageOf({ none: [at('l[*].p', 'equals', 22)] }, { l: [{ p: 1 }, { p: 22 }] })).message).toBe(
      'breaks the rule r: l[1].p must not be 22.',
    );
    expect((await messageOf(at('l[*]', 'equals', 1, { match: 'some' }), { l: [] })).message).toBe(
      'breaks the rule r: nothing stands at l[*], and something there must be 1.',
    );
  });

  it('counts, and says what a rule never met', async () => {
    const run = await judgeAll({ name: 'sizes', resources: { types: ['aws_instanse'] }, require: at('x', 'exists') }, [
      aResource('aws_instance.a', { after: {} }),
    ]);
    expect(run).toMatchObject({ findings: [], facts: { applied: 0, broken: 0 } });
    expect(run.summary).toBe('1 rule, asked 0 times: nothing to object to. Applied to no resource: sizes.');
  });

  it('says that no resource has an attribute of that name', async () => {
    const typo = { none: [at('ingres[*].cidr_blocks[*]', 'equals', '0.0.0.0/0')] };
    const changes = [aResource('aws_thing.a', { after: { ingress: [] } })];
    expect((await judgeAll({ name: 'r', require: typo }, changes)).summary).toBe(
      '1 rule, asked once: nothing to object to. No resource has: ingres[*].cidr_blocks[*] (r).',
    );
  });

  it('finds that a rule applied to fewer resources than it must', async () => {
    const { findings, summary } = await judgeAll({ name: 'r', minimum: 1, require: at('x', 'exists') }, []);
    expect(findings).toEqual([
      {
        rule: 'r',
        severity: 'high',
        message: 'The rule r applied to 0 resources, and at least 1 are expected.',
        certainty: 'violation',
      },
    ]);
    expect(summary).toBe('1 of 1 rule not kept: r. Applied to no resource: r.');
  });

  it('says that nothing is judged without rules', async () => {
    const { findings } = await runPlugin(rules, planOf([]));
    expect(findings).toMatchObject([{ rule: 'no-rules', severity: 'low', certainty: 'violation' }]);
  });

  it('says that a plan is partial or errored', async () => {
    const rule = { name: 'r', require: at('x', 'exists') };
    expect((await judgeAll(rule, [], { complete: false })).summary).toContain('The plan is partial');
    const errored = await judgeAll(rule, [], { errored: true });
    expect(errored.summary).toContain('Planning failed half way');
    expect(errored.findings).toMatchObject([{ rule: 'errored-plan', severity: 'high', certainty: 'unknown' }]);
  });

  it('lists a thousand findings and counts the rest, within the size of a report', async () => {
    const changes = Array.from({ length: 6_000 }, (_, index) =>
      aResource(`aws_thing.a["${'k'.repeat(2_000)}${index}"]`, { after: {}, type: 'aws_thing' }),
    );
    const { findings } = await judgeAll({ name: 'r', require: at('x', 'exists') }, changes);
    const last = findings.at(-1);
    expect(findings.length).toBeLessThanOrEqual(1_001);
    expect(JSON.stringify(findings).length).toBeLessThan(1_000_000);
    expect(last).toMatchObject({ rule: 'r', severity: 'high', certainty: 'violation' });
    expect(last?.message).toBe(`${6_000 - findings.length + 1} more findings of the rule r.`);
  });
});
