import { after, type TaskResultDetail } from '@rungate/run-task';
import { CountingIds, aCheckResult, aFinding, aRequest } from '@rungate/run-task/testing';

/** When the task results of tests are received. */
export const START = new Date('2026-11-21T12:00:00.000Z');
/** Ids that nothing has yet. */
export const ids = new CountingIds();

/** A task result of acme that blocked, and was delivered. */
export function aTaskResult(changes: Partial<TaskResultDetail> = {}): TaskResultDetail {
  return {
    id: ids.next(),
    organization: 'acme',
    runTask: 'guard',
    facts: aRequest().facts,
    terraformOrigin: 'https://app.terraform.io',
    state: 'delivered',
    verdict: 'failed',
    message: 'Blocked.',
    receivedAt: START,
    startedAt: START,
    progressBy: after(START, 600_000),
    finalBy: after(START, 3_600_000),
    decidedAt: after(START, 900),
    deliveredAt: null,
    reason: null,
    purgedAt: null,
    checks: [aCheckResult({ status: 'failed', findings: [aFinding()] })],
    deliveries: [
      {
        kind: 'final',
        state: 'delivered',
        attempts: [
          { at: START, status: 200, answerClass: 'delivered', error: null, answer: 'thank you', durationMs: 12 },
        ],
      },
    ],
    input: { state: 'none', keptUntil: null },
    hmacKeyFingerprint: '3f9a1c07',
    timeline: [{ at: START, event: 'accepted' }],
    ...changes,
  };
}
