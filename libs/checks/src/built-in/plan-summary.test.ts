import { TemporaryFiles, changeJson, planJson, runPlugin } from '../../testing/index.js';
import { openPlan } from '../plan.js';
import { planSummary } from './plan-summary.js';

const files = new TemporaryFiles();
afterAll(() => {
  files.remove();
});

function summarize(changes: readonly unknown[], members: Record<string, unknown> = {}, config: unknown = {}) {
  return runPlugin(planSummary, openPlan(files.write(planJson({ resource_changes: changes, ...members }))), config);
}

const CHANGES = [
  changeJson('aws_vpc.a', ['create']),
  changeJson('aws_vpc.b', ['update']),
  changeJson('module.m.aws_vpc.c', ['delete'], { module_address: 'module.m' }),
  changeJson('module.m.aws_eip.d', ['create', 'delete'], { module_address: 'module.m' }),
  changeJson('aws_eip.e', ['forget']),
  changeJson('aws_eip.f', ['no-op']),
  changeJson('data.aws_ami.g', ['read']),
];

describe('plan-summary', () => {
  it("counts as terraform's own line does, a replacement as one to add and one to destroy", async () => {
    const { summary, facts } = await summarize(CHANGES);
    expect(summary).toBe('Plan: 2 to add, 1 to change, 2 to destroy, 1 to forget.');
    expect(facts).toEqual({ create: 1, update: 1, delete: 1, replace: 1, forget: 1, import: 0 });
  });

  it('says what changes by module and by type, and nothing worse than information', async () => {
    const { findings } = await summarize(CHANGES);
    expect(findings.map(({ message }) => message)).toEqual([
      'root module: 1 create, 1 update, 1 forget',
      'module.m: 1 delete, 1 replace',
      'aws_vpc: 1 create, 1 update, 1 delete',
      'aws_eip: 1 replace, 1 forget',
    ]);
    expect(new Set(findings.map(({ severity }) => severity))).toEqual(new Set(['info']));
    expect((await summarize(CHANGES, {}, { maxRows: 1 })).findings).toHaveLength(2);
  });

  it('counts an import, also of something that stays as it is', async () => {
    const { change, ...entry } = changeJson('aws_vpc.a', ['no-op']);
    const { summary } = await summarize([{ ...entry, change: { ...change, importing: { id: 'vpc-1' } } }]);
    expect(summary).toBe('Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.');
  });

  it('says when nothing changes, and when the plan is partial', async () => {
    expect((await summarize([])).summary).toBe('No changes.');
    expect((await summarize([], { complete: false })).summary).toBe(
      'No changes. The plan is partial: more may change later.',
    );
  });
});
