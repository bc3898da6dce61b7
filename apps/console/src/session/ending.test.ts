import { endingOf, isProofFresh } from './ending.js';

const now = Date.parse('2026-11-20T12:00:00Z');
const inMs = (ms: number) => new Date(now + ms).toISOString();
const ending = (idleMs: number, endMs: number) =>
  endingOf({ id: '1', steppedUpAt: null, isByLink: false, idleEndsAt: inMs(idleMs), endsAt: inMs(endMs) }, now);

describe('the end of a session', () => {
  it.each([
    [119_000, 3_600_000, { why: 'idle', leftMs: 119_000, isNear: true, isOver: false }],
    [3_600_000, 60_000, { why: 'absolute', leftMs: 60_000, isNear: true, isOver: false }],
    [60_000, 60_000, { why: 'absolute', leftMs: 60_000, isNear: true, isOver: false }],
    [121_000, 3_600_000, { why: 'idle', leftMs: 121_000, isNear: false, isOver: false }],
    [0, 3_600_000, { why: 'idle', leftMs: 0, isNear: false, isOver: true }],
  ])('without activity in %d ms, and in all in %d ms', (idleMs, endMs, expected) => {
    expect(ending(idleMs, endMs)).toMatchObject(expected);
  });
});

describe('a proof of who somebody is', () => {
  it.each([
    [null, false],
    [inMs(-540_000), false],
    [inMs(-539_000), true],
  ])('of %s is fresh: %s', (steppedUpAt, isFresh) => {
    const session = { id: '1', steppedUpAt, isByLink: false, idleEndsAt: inMs(1), endsAt: inMs(1) };
    expect(isProofFresh(session, now)).toBe(isFresh);
  });
});
