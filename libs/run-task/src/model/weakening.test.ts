import { aCheck } from '../../testing/index.js';
import { lockViolations, weakenings, type Check } from '../index.js';

const STRICT: Partial<Check> = {
  name: 'guard',
  enforcement: 'mandatory',
  stages: ['post_plan', 'pre_apply'],
  failOn: 'medium',
  onUnknown: 'fail',
  onError: 'fail',
};
const strict = (changes: Partial<Check> = {}): Check => aCheck({ ...STRICT, ...changes });

describe('weakening a mandatory check', () => {
  it.each<[string, Partial<Check>]>([
    ['enforcement', { enforcement: 'shadow' }],
    ['use', { use: 'plan-summary' }],
    ['stages', { stages: ['post_plan'] }],
    ['failOn', { failOn: 'high' }],
    ['onUnknown', { onUnknown: 'warn' }],
    ['onError', { onError: 'skip' }],
    ['when', { when: { speculative: false } }],
  ])('is seen in %s', (field, changes) => {
    const found = weakenings([strict()], [aCheck({ name: 'other' }), strict(changes)]);
    expect(found).toEqual([{ pointer: `/checks/1/${field}`, detail: expect.stringContaining('guard') as string }]);
  });

  it('is its removal, too', () => {
    expect(weakenings([strict()], [])).toEqual([
      { pointer: '/checks', detail: 'Would remove the mandatory check guard.' },
    ]);
  });

  it('is a new one that breaking it skips, and one that becomes mandatory so', () => {
    const skipping = strict({ onError: 'skip' });
    const found = [
      { pointer: '/checks/0/onError', detail: 'Would let the mandatory check guard be skipped by breaking it.' },
    ];
    expect(weakenings([], [skipping])).toEqual(found);
    expect(weakenings([strict({ onError: 'skip', enforcement: 'advisory' })], [skipping])).toEqual(found);
    expect(weakenings([skipping], [skipping])).toEqual([]);
    expect(weakenings([], [strict(), strict({ name: 'x', onError: 'skip', enforcement: 'shadow' })])).toEqual([]);
  });

  it.each<[string, Partial<Check>]>([
    ['nothing', {}],
    ['more stages', { stages: ['pre_plan', 'post_plan', 'pre_apply'] }],
    ['a lower threshold', { failOn: 'low' }],
    ['another time limit', { timeoutSeconds: 5 }],
  ])('is not %s', (_, changes) => {
    expect(weakenings([strict()], [strict(changes)])).toEqual([]);
  });

  it('is not the end of a condition, nor a change of what was not mandatory', () => {
    const narrowed = strict({ when: { speculative: false } });
    expect(weakenings([narrowed], [strict()])).toEqual([]);
    expect(weakenings([narrowed], [strict({ when: { speculative: false } })])).toEqual([]);
    expect(weakenings([strict({ enforcement: 'advisory' })], [])).toEqual([]);
  });
});

describe('locked checks', () => {
  const locked = strict({ locked: true });

  it.each<[string, readonly Check[], string]>([
    ['leave', [], '/checks'],
    ['change', [{ ...locked, timeoutSeconds: 5 }], '/checks/0'],
    ['lose their lock', [{ ...locked, locked: false }], '/checks/0'],
  ])('may not %s', (_, after, pointer) => {
    expect(lockViolations([locked], after).map((violation) => violation.pointer)).toEqual([pointer]);
  });

  it('stay with whatever else is added, but are not added', () => {
    expect(lockViolations([locked], [aCheck({ name: 'mine' }), locked])).toEqual([]);
    expect(lockViolations([strict()], [locked])).toEqual([
      { pointer: '/checks/0/locked', detail: 'Only the platform locks checks.' },
    ]);
  });
});
