import { isEntraForEverybody, isPublicIssuer, isSteppedUp, sessionLimits } from './index.js';

describe('how long a session lasts', () => {
  it.each([
    ['platform', null, null, 1_800, 28_800],
    ['organization', null, null, 28_800, 86_400],
    ['organization', 15, 60, 900, 3_600],
    ['organization', null, 60, 3_600, 3_600],
    ['platform', 480, 1_440, 1_800, 28_800],
  ] as const)(
    '%s, at most %s and %s minutes: %s s idle, %s s in all',
    (plane, idleMinutes, absoluteMinutes, idle, all) => {
      expect(sessionLimits(plane, { idleMinutes, absoluteMinutes })).toEqual({
        idleSeconds: idle,
        absoluteSeconds: all,
      });
    },
  );
});

describe('a step-up', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  it.each([
    [null, false],
    ['2026-11-22T11:50:00Z', true],
    ['2026-11-22T11:49:59Z', false],
  ])('of %s counts: %s', (at, counts) => {
    expect(isSteppedUp(at === null ? null : new Date(at), now)).toBe(counts);
  });
});

describe('an issuer', () => {
  it.each([
    ['https://accounts.google.com', true, false],
    ['https://gitlab.com', true, false],
    ['https://gitlab.acme.example', false, false],
    ['https://login.microsoftonline.com/common/v2.0', true, true],
    ['https://login.microsoftonline.com/Organizations/v2.0', true, true],
    ['https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0', true, true],
    ['https://login.microsoftonline.com/6f1a7d5e-2f0b-4f5e-9f37-0a1b2c3d4e5f/v2.0', false, false],
    ['no URL', false, false],
  ])('%s is for everybody: %s', (issuer, isPublic, isEntra) => {
    expect([isPublicIssuer(issuer), isEntraForEverybody(issuer)]).toEqual([isPublic, isEntra]);
  });
});
