import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { check, fetchedPlan, runAssignment } from '../testing/assignments.js';
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
