import { TemporaryFiles, changeJson, planJson } from '../testing/index.js';
import type { ResourceChange } from './check.js';
import { openPlan } from './plan.js';

const files = new TemporaryFiles();
afterAll(() => {
  files.remove();
});

const open = (content: unknown) => openPlan(files.write(content));

async function changesOf(content: unknown): Promise<readonly ResourceChange[]> {
  const changes: ResourceChange[] = [];
  for await (const change of open(content).changes()) changes.push(change);
  return changes;
}

describe('openPlan', () => {
  it('reads the header, wherever its members stand', () => {
    const plan = open('{"resource_changes":[],"complete":false,"format_version":"1.2","terraform_version":"1.9.8"}');
    expect(plan).toMatchObject({ formatVersion: '1.2', terraformVersion: '1.9.8', complete: false, applyable: null });
  });

  it.each(['0.1', '0.2', '1.0', '1.2', '1.17'])('reads format_version %s', (version) => {
    expect(open({ format_version: version, planned_values: {} }).formatVersion).toBe(version);
  });

  it.each(['2.0', '0.0', '10.1', '1', 'latest'])('refuses format_version %s, also after the changes', (version) => {
    expect(() => open({ resource_changes: [], format_version: version })).toThrow(
      expect.objectContaining({ code: 'format_unsupported' }) as Error,
    );
  });

  it('refuses a plan without format_version, as the redacted output has none', () => {
    expect(() => open({ plan_format_version: '1.2', resource_changes: [] })).toThrow(
      expect.objectContaining({ code: 'format_missing' }) as Error,
    );
  });

  it('tells whether actions would be invoked', () => {
    const plan = (members: object) => open({ format_version: '1.2', planned_values: {}, ...members });
    expect(plan({ action_invocations: [{ address: 'action.aws_lambda_invoke.a' }] }).invokesActions).toBe(true);
    for (const none of [{}, { action_invocations: [] }, { action_invocations: null }]) {
      expect(plan(none).invokesActions).toBe(false);
    }
  });

  it('says of a plan that was cut off that it was', () => {
    const text = JSON.stringify(planJson({ resource_changes: [changeJson('aws_vpc.a', ['create'])] }));
    expect(() => open(text.slice(0, -30))).toThrow('The plan ends too early: it was cut off on its way here.');
  });

  it('reads changes as often as they are asked for', async () => {
    const plan = open(planJson({ resource_changes: [changeJson('module.m.aws_vpc.a["k"]', ['delete', 'create'])] }));
    for (let time = 0; time < 2; time++) {
      const { value } = (await plan.changes()[Symbol.asyncIterator]().next()) as { value: ResourceChange };
      expect(value).toMatchObject({ address: 'module.m.aws_vpc.a["k"]', change: { actions: ['delete', 'create'] } });
    }
  });

  it('takes what old releases do not write as absent', async () => {
    const entry = { address: 'aws_vpc.a', type: 'aws_vpc', change: { actions: ['create'], before: null, after: {} } };
    expect(await changesOf({ format_version: '0.1', resource_changes: [entry] })).toEqual([
      {
        address: 'aws_vpc.a',
        moduleAddress: null,
        mode: 'managed',
        type: 'aws_vpc',
        name: '',
        index: null,
        providerName: null,
        deposed: null,
        previousAddress: null,
        actionReason: null,
        change: {
          actions: ['create'],
          before: null,
          after: {},
          afterUnknown: false,
          beforeSensitive: false,
          afterSensitive: false,
          replacePaths: [],
          importing: null,
        },
      },
    ]);
  });

  it('has no changes when resource_changes are missing or null', async () => {
    expect(await changesOf({ format_version: '1.2', planned_values: { root_module: {} } })).toEqual([]);
    expect(await changesOf({ format_version: '1.2', resource_changes: null })).toEqual([]);
  });

  it.each([
    ['an unknown action', [{ ...changeJson('aws_vpc.a', ['create']), change: { actions: ['explode'] } }]],
    ['no action', [{ ...changeJson('aws_vpc.a', ['create']), change: { actions: [] } }]],
    ['no address', [{ type: 'aws_vpc', change: { actions: ['create'] } }]],
    ['no object', ['aws_vpc.a']],
    ['no list', { a: 1 }],
  ])('refuses changes with %s rather than pass them', async (_, changes) => {
    await expect(changesOf(planJson({ resource_changes: changes }))).rejects.toMatchObject({ code: 'bad_change' });
  });

  it('reads the changes of outputs', async () => {
    const change = { actions: ['create'], before: null, after: 'x', after_unknown: false };
    const outputs = await open(planJson({ output_changes: { url: change } })).outputChanges();
    expect(outputs.get('url')).toMatchObject({ actions: ['create'], after: 'x' });
  });

  it.each([
    ['a state of terraform show', { format_version: '1.0', values: { root_module: {} } }, 'a state, not a plan'],
    ['an empty state', { format_version: '1.0' }, 'not a plan'],
    ['a state file', { version: 4, terraform_version: '1.9.8', serial: 1, lineage: 'x' }, 'a state, not a plan'],
    ['a redacted plan', { plan_format_version: '1.2', resource_changes: [] }, 'the redacted form of a plan'],
    ['schemas of providers', { format_version: '1.0', provider_schemas: {} }, 'not a plan'],
  ])('refuses %s and says what to give instead', (_, content, message) => {
    expect(() => open(content)).toThrow(message);
    expect(() => open(content)).toThrow('terraform show -json');
  });

  it('refuses a plan whose changes were taken out, at any depth of modules', () => {
    const resource = { address: 'aws_vpc.a', mode: 'managed', type: 'aws_vpc' };
    const root_module = { child_modules: [{ child_modules: [{ resources: [resource] }] }] };
    const planned = { format_version: '1.2', planned_values: { root_module } };
    for (const resource_changes of [undefined, null, []]) {
      expect(() => open({ ...planned, resource_changes })).toThrow('no resource_changes');
    }
    const deferred_changes = [{ reason: 'unknown', resource_change: changeJson('aws_vpc.a', ['create']) }];
    expect(open({ ...planned, deferred_changes }).formatVersion).toBe('1.2');
    const data = { root_module: { resources: [{ ...resource, mode: 'data' }] } };
    expect(open({ format_version: '1.2', planned_values: data }).formatVersion).toBe('1.2');
  });

  it('reads drift, deferred changes and the results of checks, each apart from the changes', async () => {
    const entry = changeJson('aws_vpc.a', ['update']);
    const plan = open(
      planJson({
        resource_drift: [entry],
        deferred_changes: [{ reason: 'unknown', resource_change: entry }],
        checks: [
          {
            address: { kind: 'check', to_display: 'check.health' },
            status: 'fail',
            instances: [{ problems: [{ message: 'is down' }, {}] }, {}],
          },
          { status: 'later' },
        ],
      }),
    );
    expect(await all(plan.changes())).toEqual([]);
    expect(await all(plan.drift())).toMatchObject([{ address: 'aws_vpc.a' }]);
    expect(await all(plan.deferredChanges())).toMatchObject([{ reason: 'unknown', change: { address: 'aws_vpc.a' } }]);
    expect(await all(plan.terraformChecks())).toEqual([
      { address: 'check.health', kind: 'check', status: 'fail', problems: ['is down'] },
      { address: '', kind: null, status: 'unknown', problems: [] },
    ]);
  });

  it('reads variables, configuration and the prior state when they are asked for', async () => {
    const plan = open(
      planJson({
        variables: { region: { value: 'eu-west-1' }, none: {} },
        configuration: { provider_config: { aws: { name: 'aws' } } },
      }),
    );
    expect(await plan.variables()).toEqual(
      new Map([
        ['region', 'eu-west-1'],
        ['none', null],
      ]),
    );
    expect(await plan.configuration()).toEqual({ provider_config: { aws: { name: 'aws' } } });
    expect(await plan.priorState()).toBeNull();
  });

  it('refuses a configuration that is too large to be held, and reads the rest of that plan', async () => {
    const configuration = { note: 'x'.repeat(33 * 2 ** 20) };
    const plan = open(planJson({ configuration, resource_changes: [changeJson('aws_vpc.a', ['create'])] }));
    await expect(plan.configuration()).rejects.toMatchObject({ code: 'value_too_large' });
    expect(await all(plan.changes())).toHaveLength(1);
  });
});

async function all<Entry>(entries: AsyncIterable<Entry>): Promise<readonly Entry[]> {
  const list: Entry[] = [];
  for await (const entry of entries) list.push(entry);
  return list;
}
