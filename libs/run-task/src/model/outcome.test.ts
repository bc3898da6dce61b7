import { aCheck, aCheckResult, aFinding } from '../../testing/builders.js';
import { HOSTILE_CASES } from '../../testing/hostile-texts.js';
import { markdownParts } from '../../testing/markdown.js';
import type { CheckResult, Finding } from './check.js';
import { outcomesOf as outcomesOfChecks, shown, type Outcome } from './outcome.js';

const outcomesOf = (results: readonly CheckResult[], checks = [aCheck()]): readonly Outcome[] =>
  outcomesOfChecks(results, checks);

const failed = (changes: Partial<CheckResult> = {}): CheckResult =>
  aCheckResult({ status: 'failed', blocks: true, findings: [aFinding()], ...changes });

const findings = (count: number): readonly Finding[] =>
  Array.from({ length: count }, (_, index) => aFinding({ address: `aws_s3_bucket.b[${index}]` }));

/** The limits that HashiCorp publishes, as those that are broken. */
function violations(outcomes: readonly Outcome[]): readonly string[] {
  return [...(outcomes.length <= 250 ? [] : ['outcomes']), ...outcomes.flatMap(violationsOf)];
}

function violationsOf({ attributes }: Outcome): readonly string[] {
  const groups = Object.entries(attributes.tags);
  const tags = groups.flatMap(([, all]) => all);
  const rules: Readonly<Record<string, boolean>> = {
    id: isBetween(attributes['outcome-id'].length, 1, 64),
    description: isBetween(attributes.description.length, 1, 1_000),
    body: isBetween(attributes.body?.length ?? 0, 0, 10_000),
    groups: isBetween(groups.length, 1, 10),
    names: groups.every(([name]) => ['Status', 'Severity', 'Check'].includes(name)),
    tags: groups.every(([, all]) => all.length === 1),
    labels: tags.every(({ label }) => isBetween(label.length, 1, 32)),
    levels: tags.every(({ level = 'none' }) => ['none', 'info', 'warning', 'error'].includes(level)),
  };
  return Object.keys(rules).filter((rule) => rules[rule] === false);
}

const isBetween = (size: number, least: number, most: number): boolean => size >= least && size <= most;

describe('outcomesOf', () => {
  it.each([
    [0, 1],
    [1, 1],
    [2, 2],
    [249, 249],
    [250, 250],
    [251, 250],
    [5_000, 250],
  ])('makes of %d findings %d outcomes within the limits', (count, expected) => {
    const outcomes = outcomesOf([failed({ findings: findings(count) })]);
    expect(outcomes).toHaveLength(expected);
    expect(violations(outcomes)).toEqual([]);
  });

  it('counts what does not fit', () => {
    const outcomes = outcomesOf([failed({ findings: findings(5_000) })]);
    expect(outcomes.at(-1)?.attributes).toEqual({
      'outcome-id': 'more',
      description: '4751 more findings are not listed here (guard 4751).',
      tags: { Status: [{ label: 'Not listed', level: 'info' }] },
    });
  });

  it('says of a finding where, why, how to mend it and by which rule', () => {
    const finding = aFinding({ remediation: 'remove the rule', docsUrl: 'https://docs.example.com/protected' });
    expect(outcomesOf([failed({ findings: [finding] })])).toEqual([
      {
        type: 'task-result-outcomes',
        attributes: {
          'outcome-id': 'guard-1',
          description: 'aws_db_instance.main would be replaced',
          body: [
            '**Resource** ` aws_db_instance.main `',
            '**Why** ` would be replaced `',
            '**Fix** ` remove the rule `',
            '**More** ` https://docs.example.com/protected `',
            '**Rule** ` protected-resource `',
          ].join('\n\n'),
          tags: {
            Status: [{ label: 'Failed', level: 'error' }],
            Severity: [{ label: 'High', level: 'error' }],
            Check: [{ label: 'guard' }],
          },
        },
      },
    ]);
  });

  it('leaves out what a finding does not know', () => {
    const [outcome] = outcomesOf([failed({ findings: [aFinding({ address: undefined })] })]);
    expect(outcome?.attributes.description).toBe('would be replaced');
    expect(outcome?.attributes.body).toBe('**Why** ` would be replaced `\n\n**Rule** ` protected-resource `');
  });

  it('gives a check without findings an outcome of its own', () => {
    expect(outcomesOf([aCheckResult()])).toEqual([
      {
        type: 'task-result-outcomes',
        attributes: {
          'outcome-id': 'guard',
          description: 'nothing protected is destroyed',
          tags: { Status: [{ label: 'Passed', level: 'info' }], Check: [{ label: 'guard' }] },
        },
      },
    ]);
  });

  it.each([
    ['info', 'Info', 'info'],
    ['low', 'Low', 'info'],
    ['medium', 'Medium', 'warning'],
    ['high', 'High', 'error'],
    ['critical', 'Critical', 'error'],
  ] as const)('shows the severity %s as %s, level %s', (severity, label, level) => {
    const [outcome] = outcomesOf([failed({ findings: [aFinding({ severity })] })]);
    expect(outcome?.attributes.tags.Severity).toEqual([{ label, level }]);
  });

  it.each([
    [{ status: 'passed' }, 'Passed', 'info'],
    [{ status: 'failed', blocks: true }, 'Failed', 'error'],
    [{ status: 'failed', blocks: false }, 'Advisory', 'warning'],
    [{ status: 'errored', blocks: true }, 'Errored', 'error'],
    [{ status: 'errored', blocks: false }, 'Errored', 'warning'],
    [{ status: 'skipped', failure: 'timeout' }, 'Skipped', 'warning'],
    [{ status: 'skipped' }, 'Not applied', 'info'],
    [{ status: 'waiting' }, 'Waiting', 'info'],
  ] as const)('shows a check that is %j as %s, level %s', (changes, label, level) => {
    expect(outcomesOf([aCheckResult(changes)])[0]?.attributes.tags.Status).toEqual([{ label, level }]);
  });

  it.each([
    ['what failed a mandatory check', {}, {}, 'Failed', 'error'],
    ['what failed an advisory check', { blocks: false }, {}, 'Advisory', 'warning'],
    ['what is milder than failOn, of a failed check', {}, { severity: 'medium' }, 'Remark', 'warning'],
    [
      'what is milder than failOn, of a passed check',
      { status: 'passed', blocks: false },
      { severity: 'low' },
      'Remark',
      'warning',
    ],
    ['information, of a failed check', {}, { severity: 'info' }, 'Info', 'info'],
    [
      'what is unknown and does not count, of a failed check',
      {},
      { certainty: 'unknown' },
      'Unknown until apply',
      'warning',
    ],
  ] as const)('gives %s a status of its own', (_, changes, finding, label, level) => {
    const [outcome] = outcomesOf([failed({ ...changes, findings: [aFinding(finding)] })]);
    expect(outcome?.attributes.tags.Status).toEqual([{ label, level }]);
  });

  it('holds findings against the defaults when their check is gone', () => {
    const [first, second] = outcomesOf([failed({ findings: [aFinding(), aFinding({ severity: 'medium' })] })], []);
    expect(first?.attributes.tags.Status).toEqual([{ label: 'Failed', level: 'error' }]);
    expect(second?.attributes.tags.Status).toEqual([{ label: 'Remark', level: 'warning' }]);
  });

  it('shows the worst of every check when one alone would fill the list', () => {
    const outcomes = outcomesOf([
      failed({ findings: findings(5_000) }),
      failed({ name: 'cost', findings: findings(2) }),
      aCheckResult({ name: 'fine' }),
    ]);
    expect(violations(outcomes)).toEqual([]);
    expect(outcomes.map(({ attributes }) => attributes['outcome-id']).slice(245)).toEqual([
      'guard-246',
      'guard-247',
      'cost-1',
      'fine',
      'more',
    ]);
    expect(outcomes.at(-1)?.attributes.description).toBe(
      '4754 more findings are not listed here (guard 4753, cost 1).',
    );
  });

  it('says of one finding that it is not listed, and keeps the limit over more checks than it has room for', () => {
    expect(outcomesOf([failed({ findings: findings(250) }), aCheckResult({ name: 'a' })]).at(-1)).toMatchObject({
      attributes: { description: '2 more findings are not listed here (guard 2).' },
    });
    const many = Array.from({ length: 250 }, (_, index) => aCheckResult({ name: `c${index}` }));
    expect(outcomesOf(many)).toHaveLength(250);
    const more = outcomesOf([...many, aCheckResult({ name: 'last' })]);
    expect(more).toHaveLength(250);
    expect(more.at(-1)?.attributes.description).toBe('2 more findings are not listed here (c249 1, last 1).');
  });

  it('marks what is known only after the apply', () => {
    const [outcome] = outcomesOf([aCheckResult({ findings: [aFinding({ certainty: 'unknown' })] })]);
    expect(outcome?.attributes.tags.Status).toEqual([{ label: 'Unknown until apply', level: 'warning' }]);
  });

  it('marks what is known only after the apply as an error where it blocks', () => {
    const [outcome] = outcomesOf(
      [failed({ findings: [aFinding({ certainty: 'unknown' })] })],
      [aCheck({ onUnknown: 'fail' })],
    );
    expect(outcome?.attributes.tags.Status).toEqual([{ label: 'Unknown until apply', level: 'error' }]);
  });

  it.each(HOSTILE_CASES)('stays within the limits, and in code spans, with %j everywhere', (_, text) => {
    const finding = aFinding({ rule: text, message: text, address: text, remediation: text, docsUrl: text });
    const outcomes = outcomesOf([
      failed({ name: `n${text}`, findings: [finding] }),
      aCheckResult({ name: `m${text}`, message: text }),
    ]);
    expect(outcomes).toHaveLength(2);
    expect(violations(outcomes)).toEqual([]);
    const { outside } = markdownParts(outcomes[0]?.attributes.body ?? '');
    expect(outside).toBe('**Resource** ·\n\n**Why** ·\n\n**Fix** ·\n\n**More** ·\n\n**Rule** ·');
  });
});

describe('shown', () => {
  it('puts what blocks first, then the worst, and leaves out shadow checks', () => {
    const results = [
      aCheckResult({ name: 'fine' }),
      aCheckResult({ name: 'hidden', enforcement: 'shadow', status: 'failed', findings: [aFinding()] }),
      aCheckResult({ name: 'remark', findings: [aFinding({ severity: 'critical' })] }),
      failed({ name: 'small', findings: [aFinding({ severity: 'low' })] }),
      failed({ name: 'big', findings: [aFinding({ severity: 'critical' })] }),
    ];
    expect(shown(results).map(({ name }) => name)).toEqual(['big', 'small', 'remark', 'fine']);
    expect(outcomesOf(results).map(({ attributes }) => attributes['outcome-id'])).toEqual([
      'big-1',
      'small-1',
      'remark-1',
      'fine',
    ]);
  });
});
