import type { RunTaskBody } from '@rungate/contract';
import { setupProgressOf } from './setup-progress.js';

type Key = RunTaskBody['hmacKeys'][number];
const key = (fingerprint: string, lastUsedAt: string | null): Key => ({
  ...{ id: fingerprint, fingerprint, state: 'active', lastUsedAt, createdAt: '2026-11-20T10:00:00.000Z' },
  ...{ retiresAt: null, revokedAt: null, extendedAt: null },
});
const unused = key('old', null);
const used = key('used', '2026-11-20T11:00:00.000Z');
const newest = key('new', '2026-11-20T12:00:00.000Z');
const told = (state: RunTaskBody['state'], hmacKeys: readonly Key[], first?: { verdict: 'passed' | null }) => {
  const { isCreated, isAttached, hasResult } = setupProgressOf({ state, hmacKeys }, first);
  return [isCreated, isAttached, hasResult];
};

describe('the setup of a run task', () => {
  it.each([
    ['nothing came', told('created', [unused]), [false, false, false]],
    ['the test request came', told('verified', [used]), [true, false, false]],
    ['a run has called, and is being checked', told('active', [used], { verdict: null }), [true, true, false]],
    ['a run has its verdict', told('active', [used], { verdict: 'passed' }), [true, true, true]],
    ['it is suspended before anything came', told('suspended', [unused]), [false, false, false]],
    ['it is suspended after the test request', told('suspended', [used]), [true, false, false]],
    ['it is suspended after runs', told('suspended', [used], { verdict: 'passed' }), [true, true, true]],
  ])('when %s', (_, steps, expected) => {
    expect(steps).toEqual(expected);
  });

  it('names the key that verified the last request', () => {
    const { usedKey } = setupProgressOf({ state: 'active', hmacKeys: [unused, used, newest] }, undefined);
    expect(usedKey?.fingerprint).toBe('new');
  });
});
