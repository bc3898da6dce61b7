import { plain, type CheckResult, type Finding } from '@rungate/run-task';
import { HOSTILE_TEXTS, aCheckResult } from '@rungate/run-task/testing';
import type { JudgedPlan } from './judge-plan.js';
import { report } from './table.js';

const finding = (severity: Finding['severity'], members: Partial<Finding> = {}): Finding => ({
  rule: 'r',
  severity,
  message: `is ${severity}`,
  certainty: 'violation',
  ...members,
});

const result = (name: string, findings: readonly Finding[]): CheckResult =>
  aCheckResult({ name, status: 'failed', blocks: true, message: `summary of ${name}`, findings });

const judged = (results: readonly CheckResult[]): JudgedPlan => ({
  verdict: 'failed',
  message: plain`Blocked`,
  results,
  callback: { data: { type: 'task-results', attributes: { status: 'failed', message: plain`Blocked` } } },
  refusal: null,
});

describe('report', () => {
  it('lists the findings of all checks, worst first, then the checks, then the verdict', () => {
    const results = [
      result('a', [finding('low'), finding('critical', { address: 'aws_vpc.a', remediation: 'undo it' })]),
      result('b', [finding('high', { certainty: 'unknown' })]),
    ];
    expect(report(judged(results), { width: 80, colour: false })).toBe(
      [
        'critical  a  aws_vpc.a is critical',
        '             Fix: undo it',
        'high      b  is high (unknown until apply)',
        'low       a  is low',
        '',
        'failed    a  summary of a',
        'failed    b  summary of b',
        '',
        '✕ failed',
        'Blocked',
        '',
      ].join('\n'),
    );
  });

  it('keeps to the width of the terminal, and cuts no word', () => {
    const long = finding('low', { message: `${'word '.repeat(40)}${'x'.repeat(90)}` });
    const lines = report(judged([result('a', [long])]), { width: 60, colour: false }).split('\n');
    expect(lines.filter((line) => line.length > 60)).toEqual([`${' '.repeat(13)}${'x'.repeat(90)}`]);
  });

  it('counts findings that it does not list', () => {
    const many = Array.from({ length: 250 }, () => finding('low'));
    expect(report(judged([result('a', many)]), { width: 80, colour: false })).toContain('50 more findings');
  });

  it('gives the terminal nothing but plain characters, whatever a plan or a plugin says', () => {
    for (const text of HOSTILE_TEXTS) {
      const hostile = finding('high', { address: text, message: text, remediation: text });
      const printed = report(judged([{ ...result(text, [hostile]), message: text }]), { width: 80, colour: false });
      expect(printed.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029\u200b]/u);
    }
  });

  it('colours only where it is asked to', () => {
    const plan = judged([result('a', [finding('high')])]);
    expect(report(plan, { width: 80, colour: true })).toContain('\u001b[31mhigh');
    expect(report(plan, { width: 80, colour: false })).not.toContain('\u001b');
  });
});
