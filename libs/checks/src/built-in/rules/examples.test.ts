import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { aResource, planOf, runPlugin } from '../../../testing/index.js';
import type { Plan, ResourceChange } from '../../check.js';
import { openPlan } from '../../plan.js';
import { validateCheckConfig } from '../../registry.js';
import { rules } from './rules.js';

const ROOT = path.resolve(__dirname, '../../../../..');
const PAGE = readFileSync(path.join(ROOT, 'docs/checks/rules.md'), 'utf8');
const FIXTURES = path.join(ROOT, 'apps/terraform-simulator/fixtures');

/** The examples of the documentation in their order. */
const EXAMPLES = [...PAGE.matchAll(/^```json\n(.*?)^```/gms)].map(([, json = '']): unknown => JSON.parse(json));

/** Rules of an example that are broken, each once. */
async function broken(example: number, plan: Plan): Promise<readonly string[]> {
  const { findings } = await runPlugin(rules, plan, EXAMPLES[example]);
  return [...new Set(findings.map(({ rule, certainty }) => (certainty === 'unknown' ? `${rule}?` : rule)))];
}

type Make = (after: unknown, unknown?: unknown) => ResourceChange;

const of =
  (type: string): Make =>
  (after, unknown = {}) =>
    aResource(`${type}.a`, { after, unknown });
const [bucket, group, database] = [of('aws_s3_bucket'), of('aws_security_group'), of('aws_db_instance')] as const;

describe('the examples of the documentation', () => {
  it('are all valid', () => {
    expect(EXAMPLES).toHaveLength(7);
    for (const example of EXAMPLES) expect(validateCheckConfig('rules', example)).toMatchObject({ ok: true });
  });

  it.each([
    [0, bucket({ region: 'eu-west-1' }), []],
    [0, bucket({ region: 'us-east-2' }), ['allowed-regions']],
    [0, bucket({}, { region: true }), ['allowed-regions?']],
    [1, aResource('aws_instance.a', { after: { instance_type: 't3.micro' } }), []],
    [1, aResource('aws_instance.a', { after: { instance_type: 'p5.48xlarge' } }), ['small-instances']],
    [1, aResource('aws_ebs_volume.a', { after: { size: 501 } }), ['disk-size']],
    [2, bucket({ tags: { Owner: 'a', 'Cost Centre': '1234', Environment: 'dev' } }), []],
    [2, bucket({ tags: { Owner: 'a' }, tags_all: { Owner: 'a', 'Cost Centre': '1234', Environment: 'dev' } }), []],
    [2, bucket({ tags: { Owner: 'a', 'Cost Centre': '1234', Environment: 'live' } }), ['required-tags']],
    [2, bucket({ tags: { owner: 'a', 'Cost Centre': '1234', Environment: 'dev' } }), ['required-tags']],
    [3, group({ ingress: [{ cidr_blocks: ['10.0.0.0/8'] }, { cidr_blocks: [], ipv6_cidr_blocks: null }] }), []],
    [3, group({ ingress: [{ cidr_blocks: ['10.0.0.0/8', '0.0.0.0/0'] }] }), ['not-the-world', 'private-ranges']],
    [3, group({ ingress: [{ cidr_blocks: ['128.0.0.0/1'] }] }), ['private-ranges']],
    [3, group({ ingress: [{ ipv6_cidr_blocks: ['::/0'] }] }), ['not-the-world']],
    [4, bucket({ bucket: 'acme-logs' }), []],
    [4, bucket({ bucket: 'acme-LOGS' }), ['bucket-names']],
    [4, aResource('aws_s3_bucket.Logs', { after: { bucket: 'acme-logs' } }), ['snake-case']],
    [5, database({ tags: { Environment: 'prod' }, deletion_protection: false }), ['guarded']],
    [5, database({ tags: { Environment: 'dev' }, deletion_protection: false }), []],
    [
      5,
      aResource('aws_db_instance.a', { actions: ['delete'], before: { deletion_protection: true } }),
      ['lift-the-guard-first'],
    ],
  ] as const)('example %d', async (example, change, expected) => {
    expect(await broken(example, planOf([change]))).toEqual(expected);
  });

  const recorded = readdirSync(FIXTURES, { withFileTypes: true }).filter((entry) => entry.isDirectory());

  it.each(recorded.map(({ name }) => name))('over the recorded plan %s', async (name) => {
    const plan = openPlan(path.join(FIXTURES, name, 'plan.json'));
    expect(await broken(6, plan)).toEqual(name === 'unknown' ? ['input-is-set?'] : []);
    // Nothing of a cloud is in them: no rule may find anything, and none may break.
    for (const example of [0, 1, 2, 3, 5]) expect(await broken(example, plan)).toEqual([]);
  });
});
