import { aCheck, aCheckResult, aFinding } from '../../testing/builders.js';
import { HOSTILE_CASES } from '../../testing/hostile-texts.js';
import type { CheckResult } from './check.js';
import { STAGES } from './request.js';
import { progressMessage, verdictOf, verdictOfUnstarted } from './verdict.js';

const failed = (changes: Partial<CheckResult> = {}): CheckResult =>
  aCheckResult({ status: 'failed', blocks: true, findings: [aFinding()], ...changes });

describe('verdictOf', () => {
  it.each(STAGES)('passes %s without a check for it, and says so', (stage) => {
    expect(verdictOf(stage, [])).toEqual({
      verdict: 'passed',
      message: `Passed: no check is configured for ${stage}.`,
    });
  });

  it('does not mention shadow checks', () => {
    const shadow = aCheckResult({ enforcement: 'shadow', status: 'failed', findings: [aFinding()] });
    expect(verdictOf('post_plan', [shadow]).message).toBe('Passed: no check is configured for post_plan.');
    expect(verdictOf('post_plan', [shadow, aCheckResult()]).message).not.toContain('2 checks');
  });

  it.each([
    ['one check that passed', [aCheckResult()], 'passed', 'Passed: nothing protected is destroyed (guard)'],
    [
      'several that passed',
      [aCheckResult({ message: 'all tagged.', name: 'tags' }), aCheckResult()],
      'passed',
      'Passed: all 2 checks passed — all tagged (tags), nothing protected is destroyed (guard).',
    ],
    [
      'one that failed',
      [failed()],
      'failed',
      'Blocked: 1 of 1 check failed — aws_db_instance.main would be replaced (guard).',
    ],
    [
      'one of two that failed, without an address',
      [
        failed({ findings: [aFinding({ address: undefined, message: 'monthly cost +$812 over $500' })] }),
        aCheckResult(),
      ],
      'failed',
      'Blocked: 1 of 2 checks failed — monthly cost +$812 over $500 (guard).',
    ],
    [
      'one with several findings',
      [failed({ findings: [aFinding(), aFinding(), aFinding()] })],
      'failed',
      'Blocked: 1 of 1 check failed — aws_db_instance.main would be replaced and 2 more (guard).',
    ],
    [
      'one that could not judge',
      [failed({ status: 'errored', findings: [], message: 'could not judge: took 60 s.' })],
      'failed',
      'Blocked: 1 of 1 check failed — could not judge: took 60 s (guard).',
    ],
    [
      'more than it can name',
      Array.from({ length: 7 }, (_, index) => failed({ name: `c${index}` })),
      'failed',
      /^Blocked: 7 of 7 checks failed — .*\(c0\), .*\(c4\) and 2 more\.$/,
    ],
    [
      'an advisory one that failed',
      [failed({ blocks: false, enforcement: 'advisory' }), aCheckResult({ name: 'tags' })],
      'passed',
      'Passed: 1 of 2 checks passed — worth a look: aws_db_instance.main would be replaced (guard).',
    ],
    [
      'one that passed with a remark',
      [aCheckResult({ findings: [aFinding({ severity: 'low' })] })],
      'passed',
      'Passed: 1 of 1 check passed — worth a look: aws_db_instance.main would be replaced (guard).',
    ],
    [
      'one that passed with a piece of information',
      [aCheckResult({ findings: [aFinding({ severity: 'info' })] })],
      'passed',
      'Passed: nothing protected is destroyed (guard)',
    ],
  ] as const)('of %s', (_, results, verdict, message) => {
    const judgement = verdictOf('post_plan', results);
    expect(judgement.verdict).toBe(verdict);
    if (typeof message === 'string') expect(judgement.message).toBe(message);
    else expect(judgement.message).toMatch(message);
  });

  it('names what blocks before what is only worse', () => {
    const advisory = failed({ name: 'cost', blocks: false, findings: [aFinding({ severity: 'critical' })] });
    const { message } = verdictOf('post_plan', [advisory, failed()]);
    expect(message).toBe('Blocked: 1 of 2 checks failed — aws_db_instance.main would be replaced (guard).');
  });

  it.each(HOSTILE_CASES)('stays one line of at most 1,000 characters with %j in it', (_, text) => {
    const findings = [aFinding({ message: text, address: text })];
    const blocked = Array.from({ length: 20 }, (__, index) => failed({ name: `c${index}`, findings, message: text }));
    const passed = blocked.map((result) => ({ ...result, blocks: false, findings: [], status: 'passed' as const }));
    const advised = blocked.map((result) => ({ ...result, blocks: false }));
    for (const results of [blocked, passed, advised, blocked.slice(0, 1), passed.slice(0, 1)]) {
      const { message } = verdictOf('post_plan', results);
      expect(message.length).toBeGreaterThan(0);
      expect(message.length).toBeLessThanOrEqual(1_000);
      expect(message).toMatch(/^(Blocked|Passed): [^\p{Cc}\u2028\u2029\u202E\u200B]+$/u);
    }
  });
});

describe('a check that does not apply', () => {
  const apart = (name: string, why = 'not for branch feature/x'): CheckResult =>
    aCheckResult({ name, status: 'skipped', message: `not applied: ${why}` });

  it('is named after what was judged, and not counted with it', () => {
    expect(verdictOf('post_plan', [aCheckResult(), apart('cost')])).toEqual({
      verdict: 'passed',
      message:
        'Passed: nothing protected is destroyed (guard). 1 check left out — cost not applied: not for branch feature/x.',
    });
    expect(verdictOf('post_plan', [failed(), apart('cost')]).message).toBe(
      'Blocked: 1 of 1 check failed — aws_db_instance.main would be replaced (guard). ' +
        '1 check left out — cost not applied: not for branch feature/x.',
    );
  });

  it('is named when no other is there', () => {
    expect(verdictOf('post_plan', [apart('cost')]).message).toBe(
      'Passed: no check of post_plan applies to this run. 1 check left out — cost not applied: not for branch feature/x.',
    );
    const unstarted = { stage: 'post_plan', settled: [apart('cost')] } as const;
    expect(verdictOfUnstarted('failed', [], unstarted).verdict).toBe('passed');
    expect(verdictOfUnstarted('passed', [aCheck()], unstarted).message).toContain('1 check left out — cost');
  });

  it('is not confused with one that could not judge and is skipped', () => {
    const skipped = aCheckResult({ status: 'skipped', failure: 'timeout', message: 'skipped: took 60 s' });
    expect(verdictOf('post_plan', [skipped]).message).toBe(
      'Passed: 0 of 1 check passed — worth a look: skipped: took 60 s (guard). 1 mandatory could not judge and skipped, as an administrator chose — guard.',
    );
  });

  it('is named when breaking it skipped it, however much else there is to say, unless it is not mandatory', () => {
    const skipped = aCheckResult({ name: 'guard', status: 'skipped', failure: 'memory', message: 'skipped: memory' });
    const remarks = Array.from({ length: 9 }, (_, index) =>
      failed({ name: `c${index}${'x'.repeat(900)}`, blocks: false, enforcement: 'advisory' }),
    );
    const said = '1 mandatory could not judge and skipped, as an administrator chose — guard.';
    expect(verdictOf('post_plan', [...remarks, skipped]).message).toContain(said);
    expect(verdictOf('post_plan', [failed({ name: 'other' }), skipped]).message).toContain(said);
    const advisory = { ...skipped, enforcement: 'advisory' } as const;
    expect(verdictOf('post_plan', [...remarks, advisory]).message).not.toContain('administrator');
  });

  it('is named however long the rest is', () => {
    const long = Array.from({ length: 9 }, (_, index) => failed({ name: `c${index}${'x'.repeat(900)}` }));
    const many = Array.from({ length: 9 }, (_, index) => apart(`a${index}${'y'.repeat(900)}`, 'z'.repeat(900)));
    const { message } = verdictOf('post_plan', [...long, ...many]);
    expect(message.length).toBeLessThanOrEqual(1_000);
    expect(message).toMatch(/^Blocked: 9 of 9 checks failed — .*… 9 checks left out — a0y.* and 4 more\.$/);
  });
});

describe('verdictOfUnstarted', () => {
  it.each([
    ['failed', 1, 'Blocked: no worker was free to run 1 check before the deadline.'],
    [
      'passed',
      2,
      'Passed without being judged: no worker was free to run 2 checks before the deadline, and this run task is set to pass then.',
    ],
  ] as const)('follows onTimeout: %s', (onTimeout, count, message) => {
    const checks = Array.from({ length: count }, (_, index) => aCheck({ name: `c${index}` }));
    expect(verdictOfUnstarted(onTimeout, checks, { stage: 'post_plan', settled: [] })).toEqual({
      verdict: onTimeout,
      message,
    });
  });

  it.each([
    ['failed', 'Blocked: 1 check cannot start before the deadline.'],
    ['passed', 'Passed without being judged, as this run task is set to: 1 check cannot start before the deadline.'],
  ] as const)('says before the deadline what is in the way and what to do: %s', (onTimeout, start) => {
    const why = { before: 12_345, perMinute: 8.2 };
    expect(verdictOfUnstarted(onTimeout, [aCheck()], { stage: 'post_plan', settled: [], why })).toEqual({
      verdict: onTimeout,
      message: `${start} 12345 task results of this organization wait before this one, and about 8 start a minute. Run it again later, start fewer runs at once, or ask whoever operates Rungate for a larger share.`,
    });
  });

  it.each([
    ['failed', 'Blocked: 1 check did not start before the deadline, since'],
    [
      'passed',
      'Passed without being judged, as this run task is set to: 1 check did not start before the deadline, since',
    ],
  ] as const)('says that intake was paused: %s', (onTimeout, start) => {
    const { verdict, message } = verdictOfUnstarted(onTimeout, [aCheck()], {
      stage: 'post_plan',
      settled: [],
      why: 'intake-paused',
    });
    expect(verdict).toBe(onTimeout);
    expect(message).toBe(
      `${start} whoever operates Rungate paused the intake of this organization. Run it again when it is resumed.`,
    );
  });

  it('passes when there was nothing to judge: shadow checks do not count', () => {
    const checks = [aCheck({ enforcement: 'shadow' })];
    expect(verdictOfUnstarted('failed', checks, { stage: 'post_plan', settled: [] })).toEqual({
      verdict: 'passed',
      message: 'Passed: no check is configured for post_plan.',
    });
  });
});

describe('progressMessage', () => {
  it.each([
    [[], [aCheck()], 'Running: 0 of 1 check done — still running: guard.'],
    [
      [aCheckResult()],
      [aCheck({ name: 'cost' }), aCheck({ name: 'tags' })],
      'Running: 1 of 3 checks done — still running: cost, tags.',
    ],
    [[aCheckResult()], [], 'Running: 1 of 1 check done.'],
    [
      [aCheckResult({ enforcement: 'shadow' })],
      [aCheck({ enforcement: 'shadow' }), aCheck({ name: 'cost' })],
      'Running: 0 of 1 check done — still running: cost.',
    ],
  ])('counts what is done and names what is not', (finished, pending, message) => {
    expect(progressMessage(finished, pending)).toBe(message);
  });

  it('has at most 1,000 characters', () => {
    const pending = Array.from({ length: 200 }, (_, index) => aCheck({ name: `check-number-${index}` }));
    expect(progressMessage([], pending)).toHaveLength(1_000);
  });
});
