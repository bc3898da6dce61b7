import { HOSTILE_TEXTS } from '@rungate/run-task/testing';
import { cleanUp } from './harness/cleanup.js';
import { judgeRun, startInstallation, SUMMARY, type Installation, type Judged } from './harness/installation.js';

jest.setTimeout(90_000);

const tagged = (severity: string) => ({
  rules: [{ name: 'tagged', severity, require: { path: '$tags.Owner', operator: 'exists' } }],
});
const RULES = { use: 'rules', stages: ['post_plan'], enforcement: 'mandatory' } as const;

/** Three checks that object to everything, one that is left out by branch and one by what the plan does. */
const CHECKS = [
  { ...RULES, name: 'owners', config: tagged('high') },
  { ...RULES, name: 'remarks', config: tagged('medium') },
  { ...RULES, name: 'advice', enforcement: 'advisory', config: tagged('critical') },
  { ...RULES, name: 'main-only', config: tagged('critical'), when: { branches: { include: ['main'] } } },
  { ...RULES, name: 'unchanged', config: tagged('critical'), when: { changes: false } },
  { ...SUMMARY, name: 'summary' },
];

let installation: Installation;
let hook: { readonly hookUrl: string; readonly hmacKey: string };

beforeAll(async () => {
  installation = await startInstallation();
  const { api, simulator } = installation;
  hook = await api.createRunTask('acme', 'limits', { terraformOrigin: simulator.origin, checks: CHECKS });
});

afterAll(cleanUp);

/** A plan that makes so many resources, their keys taken from the corpus of hostile texts and one of a megabyte. */
function planOf(count: number): object {
  const keys = [...HOSTILE_TEXTS.map((text) => text.toWellFormed()), 'x'.repeat(1_000_000)];
  const change = { actions: ['create'], before: null, after: { tags: {} }, after_unknown: {} };
  const resources = Array.from({ length: count }, (_, index) => {
    const key = index < keys.length ? keys[index] : index;
    return {
      address: `aws_vpc.a[${JSON.stringify(key)}]`,
      mode: 'managed',
      type: 'aws_vpc',
      name: 'a',
      index: key,
      change,
    };
  });
  return { format_version: '1.2', terraform_version: '1.14.0', resource_changes: resources, complete: true };
}

async function judge(run: object): Promise<Judged> {
  const { hookUrl, hmacKey } = hook;
  return judgeRun(installation, { hookUrl, hmacKey, ...run, fields: { vcs_branch: 'feature/x' } });
}

const LEFT_OUT =
  / 2 checks left out — main-only not applied: not for branch feature\/x, unchanged not applied: only for plans without changes\.$/;

describe('outcomes at their limits', () => {
  it('are 250 for thousands of findings, keep the worst of every check and count the rest', async () => {
    const { history, detail } = await judge({ plan: planOf(5_000) });
    expect(history.status).toBe('failed');
    expect(history.message).toMatch(/^Blocked: 1 of 4 checks failed/);
    expect(history.message).toMatch(LEFT_OUT);
    expect(history.outcomes).toHaveLength(250);
    const statuses = new Map(
      history.outcomes.map(({ attributes: { tags } }) => [tags?.Check?.[0]?.label, tags?.Status?.[0]?.label]),
    );
    expect(Object.fromEntries(statuses)).toMatchObject({
      owners: 'Failed',
      advice: 'Advisory',
      remarks: 'Remark',
      summary: 'Info',
      'main-only': 'Not applied',
      unchanged: 'Not applied',
    });
    expect(history.outcomes.at(-1)?.attributes.description).toMatch(/^\d{4} more findings are not listed here/);
    expect(detail.checks.map(({ name, status }) => [name, status])).toEqual(
      expect.arrayContaining([
        ['main-only', 'skipped'],
        ['unchanged', 'skipped'],
      ]),
    );
  });

  it('are all there for a few', async () => {
    const { history } = await judge({ plan: planOf(20) });
    expect(history.outcomes.length).toBeGreaterThan(60);
    expect(history.outcomes.at(-1)?.attributes['outcome-id']).not.toBe('more');
  });

  it('leave everything to the message without the capability', async () => {
    const { history } = await judge({ plan: planOf(5_000), capabilities: null });
    expect(history.outcomes).toEqual([]);
    expect(history.status).toBe('failed');
    expect(history.message).toContain('breaks the rule tagged');
    expect(history.message).toMatch(LEFT_OUT);
  });

  it('broke no rule of the protocol', async () => {
    expect(await installation.simulator.violations()).toEqual([]);
  });
});
