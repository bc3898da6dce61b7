import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { check, fetchedPlan, runAssignment, told } from '../testing/assignments.js';
import { startRunner, type Runner } from './index.js';

jest.setTimeout(60_000);

const GUIDE = path.resolve(__dirname, '../../../docs/guides/plugins.md');
const directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'rungate-guide-test-')));
let runner: Runner;

beforeAll(async () => {
  const example = /^```js\n([^]*?)^```$/m.exec(readFileSync(GUIDE, 'utf8'))?.[1] ?? '';
  mkdirSync(path.join(directory, 'plugins/bucket-names'), { recursive: true });
  writeFileSync(path.join(directory, 'plugins/bucket-names/index.mjs'), example);
  runner = startRunner({ directory, pluginsDir: path.join(directory, 'plugins'), acceptOthersAt: 'weak' });
  await runner.ready();
});

afterAll(async () => {
  await runner.close();
  rmSync(directory, { recursive: true, force: true });
});

const bucket = (name: string, after: object, afterUnknown: object = {}) => ({
  address: `aws_s3_bucket.${name}`,
  mode: 'managed',
  type: 'aws_s3_bucket',
  name,
  change: { actions: ['create'], before: null, after, after_unknown: afterUnknown },
});

describe('the plugin of the guide', () => {
  it('works as it is written', async () => {
    const changes = [
      bucket('good', { bucket: 'acme-logs' }),
      bucket('bad', { bucket: 'logs' }),
      bucket('later', {}, { bucket: true }),
    ];
    const plan = fetchedPlan(directory, { format_version: '1.2', resource_changes: changes });
    const config = { prefix: 'acme' };
    const [end] = await runAssignment(runner, [check('bucket-names', { config })], { plan });
    expect(end).toMatchObject({
      kind: 'reported',
      log: ['looked at 3 buckets'],
      report: {
        summary: '2 of 3 new buckets have another name.',
        facts: { buckets: 3 },
        findings: [
          { address: 'aws_s3_bucket.bad', severity: 'high', certainty: 'violation' },
          { address: 'aws_s3_bucket.later', certainty: 'unknown' },
        ],
      },
    });
  });

  it('refuses a configuration as the guide says', async () => {
    const ends = await runAssignment(runner, [check('bucket-names', { config: {} })]);
    expect(ends.map(told)).toEqual([
      'config_invalid The configuration of the check is not valid (/prefix: is required).',
    ]);
  });
});
