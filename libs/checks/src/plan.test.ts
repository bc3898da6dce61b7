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
    expect(open({ format_version: version }).formatVersion).toBe(version);
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
    expect(await changesOf({ format_version: '1.2' })).toEqual([]);
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
});
