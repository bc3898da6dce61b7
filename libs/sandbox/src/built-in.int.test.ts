import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { check, fetchedPlan, runAssignment, told } from '../testing/assignments.js';
import { startRunner, type Runner } from './index.js';

jest.setTimeout(60_000);

const directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'rungate-rules-test-')));
let runner: Runner;

beforeAll(async () => {
  runner = startRunner({ directory });
  await runner.ready();
});

afterAll(async () => {
  await runner.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('when.changes in the sandbox', () => {
  const summary = (name: string, changes: boolean) => check('plan-summary', { name, when: { changes } });
  const change = (action: string) => ({ actions: [action], before: {}, after: {} });
  const vpc = { address: 'aws_vpc.a', mode: 'managed', type: 'aws_vpc' };

  it.each([
    ['update', ['reported Plan: 0 to add, 1 to change, 0 to destroy.', 'not applied: only for plans without changes']],
    ['no-op', ['not applied: only for plans with changes', 'reported No changes.']],
  ])('leaves checks out by whether the plan changes anything: %s', async (action, expected) => {
    const content = { format_version: '1.2', resource_changes: [{ ...vpc, change: change(action) }] };
    const checks = [summary('with', true), summary('without', false)];
    const ends = await runAssignment(runner, checks, { plan: fetchedPlan(directory, content) });
    expect(ends.map(told)).toEqual(expected);
  });

  it('runs every check over a plan that cannot say', async () => {
    const content = { format_version: '1.2', complete: false, resource_changes: [{ ...vpc, change: change('no-op') }] };
    const checks = [summary('with', true), summary('without', false)];
    const ends = await runAssignment(runner, checks, { plan: fetchedPlan(directory, content) });
    expect(ends.map(({ kind }) => kind)).toEqual(['reported', 'reported']);
  });
});

describe('rules in the sandbox', () => {
  it('matches patterns, and shows nothing of a sensitive value that the rule wants shown', async () => {
    const bucket = (name: string, region: string, isSensitive: boolean) => ({
      address: `aws_s3_bucket.${name}`,
      mode: 'managed',
      type: 'aws_s3_bucket',
      name,
      change: { actions: ['create'], before: null, after: { region }, after_sensitive: { region: isSensitive } },
    });
    const content = {
      format_version: '1.2',
      resource_changes: [bucket('a', 'us-east-1', false), bucket('b', 'canary-region', true)],
    };
    const require = { path: 'region', operator: 'matches', value: 'eu-(west|central)-[0-9]' };
    const config = { rules: [{ name: 'regions', require, showValue: true }] };
    const [end] = await runAssignment(runner, [check('rules', { config })], { plan: fetchedPlan(directory, content) });
    expect(end).toMatchObject({
      kind: 'reported',
      report: {
        findings: [
          { address: 'aws_s3_bucket.a', message: expect.stringContaining('and is "us-east-1"') as string },
          { address: 'aws_s3_bucket.b', message: expect.stringContaining('is sensitive') as string },
        ],
      },
    });
    expect(JSON.stringify(end)).not.toContain('canary');
  });
});
