import { planChangesOf } from './plan-changes.js';

const change = (address: string, ...actions: string[]) => ({ address, change: { actions } });

describe('what a plan changes', () => {
  it('is told by resource, without those that stay', () => {
    const plan = {
      resource_changes: [
        change('aws_vpc.main', 'no-op'),
        change('aws_s3_bucket.logs', 'create'),
        change('aws_db_instance.main', 'delete', 'create'),
        change('aws_instance.web', 'create', 'delete'),
        change('data.aws_ami.new', 'read'),
        change('aws_iam_role.old', 'forget'),
      ],
    };
    expect(planChangesOf(plan).map(({ address, action }) => [address, action])).toEqual([
      ['aws_s3_bucket.logs', 'create'],
      ['aws_db_instance.main', 'replace'],
      ['aws_instance.web', 'replace'],
      ['data.aws_ami.new', 'read'],
      ['aws_iam_role.old', 'forget'],
    ]);
  });

  it.each([null, 1, {}, { resource_changes: 'none' }, { resource_changes: [{ address: 1 }] }])(
    'is nothing of %j',
    (plan) => {
      expect(planChangesOf(plan)).toEqual([]);
    },
  );
});
