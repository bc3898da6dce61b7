import { causeOf, groupCallbacks, type FailingCallback } from '../index.js';

const AT = new Date('2026-11-22T10:00:00.000Z');

function failing(changes: Partial<FailingCallback> = {}): FailingCallback {
  return {
    taskResultId: 'a',
    organization: 'acme',
    workspaceName: 'network',
    origin: 'https://app.terraform.io',
    refusal: 'unauthorized',
    status: 401,
    error: 'unauthorized',
    at: AT,
    isGivenUp: true,
    canStillArrive: false,
    ...changes,
  };
}

describe('the cause of a verdict that does not arrive', () => {
  it.each<[string, Partial<FailingCallback>, Partial<FailingCallback>]>([
    ['of one answer, whatever else it says', { error: 'unauthorized' }, { error: 'token expired' }],
    [
      'of one failed connection, whatever its numbers',
      { status: null, error: 'no answer within 15000 ms' },
      { status: null, error: 'no answer within 14998 ms' },
    ],
  ])('is the same %s', (_, one, other) => {
    expect(causeOf(failing(one))).toBe(causeOf(failing(other)));
  });

  it.each<[string, Partial<FailingCallback>]>([
    ['another status', { status: 403 }],
    ['another Terraform', { origin: 'https://tfe.example.com' }],
    ['another class', { refusal: 'transient', status: 503 }],
    ['no answer', { status: null }],
  ])('is another with %s', (_, changes) => {
    expect(causeOf(failing(changes))).not.toBe(causeOf(failing()));
  });

  it('is told apart by what went wrong where there was no answer', () => {
    const lost = { refusal: 'transient', status: null } as const;
    expect(causeOf(failing({ ...lost, error: 'refused' }))).not.toBe(causeOf(failing({ ...lost, error: 'no name' })));
  });

  it('is short enough for an address', () => {
    expect(causeOf(failing({ status: null, error: 'x'.repeat(5_000) })).length).toBeLessThanOrEqual(300);
  });
});

describe('groups of verdicts that do not arrive', () => {
  it('count what is tried and what was given up, whose it is, and since when; the most first', () => {
    const later = new Date(AT.getTime() + 60_000);
    const groups = groupCallbacks([
      failing({ taskResultId: 'b', status: 503, refusal: 'transient' }),
      failing(),
      failing({ taskResultId: 'c', organization: 'globex', at: later, isGivenUp: false, canStillArrive: true }),
      failing({ taskResultId: 'd' }),
    ]);
    expect(groups.map(({ status }) => status)).toEqual([401, 503]);
    expect(groups[0]).toMatchObject({
      failing: 1,
      givenUp: 2,
      canStillArrive: 1,
      organizations: [
        { organization: 'acme', count: 2 },
        { organization: 'globex', count: 1 },
      ],
      firstAt: AT,
      latest: { taskResultId: 'c' },
    });
  });

  it('are none when all arrive', () => {
    expect(groupCallbacks([])).toEqual([]);
  });
});
