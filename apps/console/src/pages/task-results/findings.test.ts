import type { TaskResultDetailBody } from '@rungate/contract';
import { countsOf, findingsOf, sentenceOf } from './findings.js';

type Check = TaskResultDetailBody['checks'][number];
type Severity = Check['outcomes'][number]['severity'];

const finding = (severity: Severity, rule: string) => ({
  ...{
    severity,
    rule,
    certainty: 'violation' as const,
    address: null,
    message: 'bad',
    remediation: null,
    docsUrl: null,
  },
});
const check = (name: string, changes: Partial<Check> = {}): Check => ({
  ...{ name, use: 'rules', enforcement: 'mandatory', status: 'passed', message: '', durationMs: 1, isolation: null },
  ...{ log: [], outcomes: [], ...changes },
});
const sentence = (verdict: TaskResultDetailBody['verdict'], ...checks: readonly Check[]) =>
  sentenceOf({ verdict, checks } as unknown as TaskResultDetailBody);

const guard = check('guard', { status: 'failed', outcomes: [finding('medium', 'a'), finding('high', 'b')] });
const advice = check('advice', { status: 'failed', enforcement: 'advisory', outcomes: [finding('high', 'c')] });

describe('findings', () => {
  it('come the worst first, and those that block before the others', () => {
    expect(findingsOf({ checks: [advice, guard] }).map(({ rule, blocks }) => [rule, blocks])).toEqual([
      ['b', true],
      ['c', false],
      ['a', true],
    ]);
  });

  it('are counted by severity', () => {
    expect(countsOf(findingsOf({ checks: [advice, guard] }))).toEqual([
      ['high', 2],
      ['medium', 1],
    ]);
  });
});

describe('the verdict in a sentence', () => {
  it.each([
    [sentence('failed', guard, advice), 'Blocked: 1 high finding must be fixed'],
    [sentence('failed', check('guard', { status: 'errored' })), 'Blocked: guard must be fixed'],
    [sentence('failed'), 'Failed'],
    [sentence('passed', check('guard')), 'Passed'],
    [sentence('passed', advice), 'Passed, though 1 check that only advises failed'],
    [sentence('passed'), 'Passed: no check looks at this stage'],
    [sentence(null), 'Still being checked'],
    [sentence(null, check('guard'), check('slow', { status: 'waiting' })), 'Still being checked: 1 check done'],
  ])('%s', (told, expected) => {
    expect(told).toBe(expected);
  });
});
