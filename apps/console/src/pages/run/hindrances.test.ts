import { extensionHindrance, finishHindrance, reevaluationHindrance, resendHindrance } from './hindrances.js';

const now = new Date('2026-11-20T12:00:00Z');
const finalBy = '2026-11-20T12:10:00.000Z';

describe('what can be done about a task result', () => {
  it.each([
    ['accepted', false, false, true],
    ['evaluating', false, true, true],
    ['waiting', false, true, true],
    ['decided', true, false, false],
    ['delivered', false, false, false],
    ['undeliverable', true, false, false],
  ] as const)('%s: resend %s, extend %s, finish %s', (state, resends, extends_, finishes) => {
    expect(resendHindrance({ state, finalBy }, now, true) === null).toBe(resends);
    expect(extensionHindrance({ state }, true) === null).toBe(extends_);
    expect(finishHindrance({ state }, true) === null).toBe(finishes);
  });

  it('is nothing for who may not', () => {
    expect(resendHindrance({ state: 'undeliverable', finalBy }, now, false)).toContain('task-results.resend');
    expect(extensionHindrance({ state: 'evaluating' }, false)).toContain('task-results.intervene');
    expect(finishHindrance({ state: 'evaluating' }, false)).toContain('task-results.intervene');
  });

  it('is no resend once Terraform no longer listens', () => {
    expect(resendHindrance({ state: 'undeliverable', finalBy: now.toISOString() }, now, true)).toContain('over');
  });

  it.each([
    ['the plan is kept', {}, null],
    ['there is no verdict', { verdict: null }, 'no verdict'],
    ['its details are gone', { purgedAt: finalBy }, 'by age'],
    ['its plan is too large', { input: { state: 'too_large', keptUntil: null } }, 'larger'],
    ['its plan is not kept', { input: { state: 'none', keptUntil: null } }, 'not kept'],
  ] as const)('is another judgement when %s', (_, changes, hindrance) => {
    const kept = { verdict: 'failed', purgedAt: null, input: { state: 'kept', keptUntil: finalBy } } as const;
    const told = reevaluationHindrance({ ...kept, ...changes }, true);
    if (hindrance === null) expect(told).toBeNull();
    else expect(told).toContain(hindrance);
  });
});
