import { aCheck, aFinding, reported } from '../../testing/builders.js';
import { SEVERITIES, type CheckEnd } from './check.js';
import { fails, isNotApplied, judge, rank } from './judge.js';

const timedOut: CheckEnd = {
  kind: 'errored',
  check: 'guard',
  reason: 'timeout',
  detail: 'took 60 s',
  durationMs: 60_000,
  isolation: 'limited',
  log: ['began'],
};

describe('judge', () => {
  it('passes a check without findings', () => {
    expect(judge(aCheck(), reported('guard', [], 'nothing is destroyed'))).toEqual({
      name: 'guard',
      use: 'destructive-guard',
      enforcement: 'mandatory',
      status: 'passed',
      blocks: false,
      message: 'nothing is destroyed',
      findings: [],
      facts: {},
      failure: null,
      durationMs: 5,
      isolation: 'full',
      log: [],
    });
  });

  it.each([
    ['mandatory', true],
    ['advisory', false],
    ['shadow', false],
  ] as const)('a failed %s check blocks: %s', (enforcement, blocks) => {
    expect(judge(aCheck({ enforcement }), reported('guard', [aFinding()]))).toMatchObject({ status: 'failed', blocks });
  });

  it('passes when no finding is as bad as it takes', () => {
    const result = judge(aCheck(), reported('guard', [aFinding({ severity: 'medium' })]));
    expect(result).toMatchObject({ status: 'passed', blocks: false });
    expect(result.findings).toHaveLength(1);
  });

  it('keeps facts, and puts the worst finding first without mixing up the others', () => {
    const findings = [
      aFinding({ severity: 'low', message: 'a' }),
      aFinding({ severity: 'critical', message: 'b' }),
      aFinding({ severity: 'low', message: 'c' }),
    ];
    const result = judge(aCheck(), {
      kind: 'reported',
      check: 'guard',
      report: { findings, summary: 's', facts: { changes: 3 } },
      durationMs: 1,
      isolation: 'full',
      log: [],
    });
    expect(result.facts).toEqual({ changes: 3 });
    expect(result.findings.map(({ message }) => message)).toEqual(['b', 'a', 'c']);
    expect(findings[0]?.message).toBe('a');
  });

  it('puts what failed the check before what is worse and only unknown', () => {
    const findings = [
      aFinding({ severity: 'critical', certainty: 'unknown', message: 'a' }),
      aFinding({ severity: 'high', message: 'b' }),
    ];
    expect(judge(aCheck(), reported('guard', findings)).findings.map(({ message }) => message)).toEqual(['b', 'a']);
  });

  it('leaves out a check that does not apply, whatever its enforcement and onError', () => {
    const detail = 'not for branch\nx';
    const end = { kind: 'not_applied', check: 'guard', detail, durationMs: 0, isolation: null, log: [] } as const;
    const result = judge(aCheck(), end);
    expect(result).toMatchObject({
      status: 'skipped',
      blocks: false,
      message: 'not applied: not for branch x',
      failure: null,
    });
    expect(isNotApplied(result)).toBe(true);
    expect(isNotApplied(judge(aCheck({ onError: 'skip' }), timedOut))).toBe(false);
  });

  it('gives the summary of a plugin in plain text', () => {
    expect(judge(aCheck(), reported('guard', [], 'all\nfine\u202E')).message).toBe('all fine\uFFFD');
  });

  it.each([
    ['mandatory', 'fail', 'errored', true, 'could not judge: took 60 s'],
    ['mandatory', 'skip', 'skipped', false, 'skipped: took 60 s'],
    ['advisory', 'fail', 'errored', false, 'could not judge: took 60 s'],
    ['shadow', 'fail', 'errored', false, 'could not judge: took 60 s'],
    ['advisory', 'skip', 'skipped', false, 'skipped: took 60 s'],
  ] as const)('a %s check that could not judge, onError %s, is %s', (enforcement, onError, status, blocks, message) => {
    expect(judge(aCheck({ enforcement, onError }), timedOut)).toMatchObject({
      status,
      blocks,
      message,
      failure: 'timeout',
      findings: [],
      durationMs: 60_000,
      isolation: 'limited',
      log: ['began'],
    });
  });
});

describe('fails', () => {
  const matrix = SEVERITIES.flatMap((severity) => SEVERITIES.map((failOn) => ({ severity, failOn })));

  it.each(matrix)('a $severity violation under failOn $failOn', ({ severity, failOn }) => {
    const bad = SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(failOn);
    expect(fails(aCheck({ failOn }), aFinding({ severity }))).toBe(bad);
    expect(fails(aCheck({ failOn, onUnknown: 'fail' }), aFinding({ severity, certainty: 'unknown' }))).toBe(bad);
    expect(fails(aCheck({ failOn, onUnknown: 'warn' }), aFinding({ severity, certainty: 'unknown' }))).toBe(false);
  });
});

describe('rank', () => {
  it('rises with severity', () => {
    expect(SEVERITIES.map(rank)).toEqual([0, 1, 2, 3, 4]);
  });
});
