import { aCheck, aCheckResult, aFinding, aRequest } from '../../testing/builders.js';
import type { Evaluation } from '../ports.js';
import { decision, foreignDecision, isForeign, lateDecision } from './decision.js';

const NOON = new Date('2026-11-21T12:00:00.000Z');
const LATE = new Date('2026-11-21T12:08:45.000Z');

function anEvaluation({
  attempt = 1,
  ...changes
}: Partial<Evaluation> & { readonly attempt?: number } = {}): Evaluation {
  return {
    lease: { organizationId: 'o', taskResultId: 't', epoch: 1, attempt, expiresAt: NOON },
    organizationSlug: 'acme',
    runTaskId: 'r',
    runTaskName: 'guardrails',
    stage: 'post_plan',
    request: aRequest(),
    terraformOrigin: 'https://app.terraform.io',
    terraformOrganization: 'acme-corp',
    downloadOrigins: [],
    originRecords: [],
    checks: [aCheck()],
    onTimeout: 'failed',
    deadlineProfile: 'rolling',
    finished: [],
    receivedAt: NOON,
    steppedAt: NOON,
    lapses: 0,
    trying: null,
    cutShort: false,
    progressBy: NOON,
    finalBy: NOON,
    ...changes,
  };
}

describe('decision', () => {
  const results = [aCheckResult({ status: 'failed', blocks: true, findings: [aFinding()] })];

  it('says the verdict and shows the findings', () => {
    const { verdict, message, callback, ...rest } = decision(anEvaluation(), results);
    expect(verdict).toBe('failed');
    expect(rest.results).toEqual(results);
    expect(callback.data.attributes).toEqual({ status: 'failed', message });
    expect(callback.data.relationships?.outcomes.data).toHaveLength(1);
  });

  it('leaves the findings to the message for a caller that shows none', () => {
    const request = aRequest({ capabilities: { outcomes: false } });
    const { callback } = decision(anEvaluation({ request }), results);
    expect(callback.data.relationships).toBeUndefined();
    expect(callback.data.attributes.message).toContain('aws_db_instance.main would be replaced');
  });
});

describe('a run of another Terraform organization', () => {
  const stolen = anEvaluation({ request: aRequest({ organization_name: 'mallory\u202e' }) });

  it('fails, and says where the run task belongs', () => {
    expect(isForeign(stolen)).toBe(true);
    const { verdict, message, results } = foreignDecision(stolen);
    expect({ verdict, results }).toEqual({ verdict: 'failed', results: [] });
    expect(message).toContain('belongs to the Terraform organization acme-corp, and this run is of mallory');
    expect(message).not.toContain('\u202e');
    expect(lateDecision({ ...stolen, onTimeout: 'passed' }, LATE)).toEqual(foreignDecision(stolen));
  });

  it.each(['acme-corp', 'ACME-Corp', ''])('is not one of %j', (name) => {
    expect(isForeign(anEvaluation({ request: aRequest({ organization_name: name }) }))).toBe(false);
  });
});

describe('lateDecision', () => {
  it.each(['failed', 'passed'] as const)('follows onTimeout %s when nobody ever took the task result', (onTimeout) => {
    const late = lateDecision(anEvaluation({ attempt: 0, onTimeout, checks: [aCheck({ onError: 'skip' })] }), LATE);
    expect(late).toMatchObject({ verdict: onTimeout, results: [] });
    expect(late.message).toContain('no worker was free to run 1 check');
  });

  it('passes what nobody took when every check is of another stage', () => {
    const late = lateDecision(anEvaluation({ attempt: 0, checks: [aCheck({ stages: ['pre_apply'] })] }), LATE);
    expect(late).toMatchObject({ verdict: 'passed', message: 'Passed: no check is configured for post_plan.' });
  });

  it.each([
    ['fail', 'failed', 'errored'],
    ['skip', 'passed', 'skipped'],
  ] as const)('follows onError %s of a check that was begun, never onTimeout', (onError, verdict, status) => {
    for (const onTimeout of ['passed', 'failed'] as const) {
      const late = lateDecision(anEvaluation({ onTimeout, checks: [aCheck({ onError })] }), LATE);
      expect(late).toMatchObject({ verdict, results: [{ name: 'guard', status, failure: 'timeout' }] });
      expect(late.message).toContain('no result in time: it was still undecided after 525 s');
    }
  });

  it.each(['failed', 'passed'] as const)(
    'gives an operator who wants it now what the deadline would give, and says so (onTimeout %s)',
    (onTimeout) => {
      for (const attempt of [0, 1]) {
        const atDeadline = lateDecision(anEvaluation({ attempt, onTimeout }), LATE);
        const now = lateDecision(anEvaluation({ attempt, onTimeout, cutShort: true }), LATE);
        expect(now.verdict).toBe(atDeadline.verdict);
        expect(now.message).toContain('whoever operates Rungate ended the evaluation');
        expect(atDeadline.message).not.toContain('operates');
      }
    },
  );

  it('keeps what was finished and names only what was late', () => {
    const checks = [
      aCheck({ name: 'done' }),
      aCheck({ name: 'slow' }),
      aCheck({ name: 'other', stages: ['pre_plan'] }),
    ];
    const late = lateDecision(anEvaluation({ checks, finished: [aCheckResult({ name: 'done' })] }), LATE);
    expect(late.results.map(({ name, status }) => [name, status])).toEqual([
      ['done', 'passed'],
      ['slow', 'errored'],
    ]);
    expect(late.message).toMatch(/^Blocked: 1 of 2 checks failed — could not judge: no result in time.*\(slow\)\.$/);
  });

  it('asks nothing late of a check that does not apply', () => {
    const when = { speculative: true };
    for (const attempt of [0, 1]) {
      const late = lateDecision(anEvaluation({ attempt, checks: [aCheck({ when })] }), LATE);
      expect(late).toMatchObject({ verdict: 'passed', results: [{ name: 'guard', status: 'skipped', failure: null }] });
      expect(late.message).toContain('1 check left out — guard not applied: only for speculative runs');
    }
  });

  it('lets no advisory or shadow check fail the verdict', () => {
    const checks = [aCheck({ name: 'a', enforcement: 'advisory' }), aCheck({ name: 's', enforcement: 'shadow' })];
    const late = lateDecision(anEvaluation({ checks }), LATE);
    expect(late.verdict).toBe('passed');
    expect(late.results).toHaveLength(2);
  });
});
