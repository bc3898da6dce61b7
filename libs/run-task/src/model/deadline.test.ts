import {
  after,
  allowances,
  deadlinesAfterProgress,
  deadlinesFrom,
  defaultProfile,
  earlier,
  type Allowances,
} from './deadline.js';

const NOON = new Date('2026-11-21T12:00:00.000Z');
const at = (time: string): Date => new Date(`2026-11-21T${time}.000Z`);

describe('deadlines', () => {
  it.each([
    ['rolling', at('12:10:00'), at('13:00:00'), at('12:08:45')],
    ['fixed', at('12:10:00'), at('12:10:00'), at('12:08:45')],
  ] as const)('of a %s caller begin with the request', (profile, progressBy, finalBy, decideAt) => {
    expect(deadlinesFrom(NOON, allowances(profile))).toEqual({ progressBy, finalBy, decideAt });
  });

  it('move on with every accepted progress of a rolling caller', () => {
    const span = allowances('rolling');
    expect(deadlinesAfterProgress(at('12:05:00'), deadlinesFrom(NOON, span), span)).toEqual({
      progressBy: at('12:15:00'),
      finalBy: at('13:00:00'),
      decideAt: at('12:13:45'),
    });
  });

  it('never move past the final one', () => {
    const span = allowances('rolling');
    expect(deadlinesAfterProgress(at('12:55:00'), deadlinesFrom(NOON, span), span)).toEqual({
      progressBy: at('13:00:00'),
      finalBy: at('13:00:00'),
      decideAt: at('12:58:45'),
    });
  });

  it('stay where they are for a fixed caller', () => {
    const span = allowances('fixed');
    const before = deadlinesFrom(NOON, span);
    expect(deadlinesAfterProgress(at('12:05:00'), before, span)).toEqual(before);
  });

  it.each(['rolling', 'fixed'] as const)('of a %s caller scale as a whole', (profile) => {
    const spansOf = (span: Allowances): readonly number[] => [
      span.progressWithinMs,
      span.finalWithinMs,
      span.reserveMs,
      span.firstProgressMs,
      span.nextProgressMs,
      ...span.lastAttemptsMs,
    ];
    const whole = spansOf(allowances(profile));
    expect(spansOf(allowances(profile, 0.01))).toEqual(whole.map((ms) => ms * 0.01));
    expect(whole.slice(2)).toEqual([75_000, 15_000, 180_000, 30_000, 10_000]);
  });
});

describe('defaultProfile', () => {
  it.each([
    ['https://app.terraform.io', 'rolling'],
    ['https://app.eu.terraform.io', 'rolling'],
    ['https://tfe.example.com', 'fixed'],
    ['https://terraform.io.example.com', 'fixed'],
    ['https://notterraform.io', 'fixed'],
  ])('of %s is %s', (origin, profile) => {
    expect(defaultProfile(origin)).toBe(profile);
  });
});

describe('moments', () => {
  it('are moved without touching the one they come from', () => {
    expect(after(NOON, 1_000)).toEqual(at('12:00:01'));
    expect(NOON).toEqual(at('12:00:00'));
  });

  it('are compared by time, the first of equals wins', () => {
    const same = new Date(NOON);
    expect(earlier(NOON, at('12:00:01'))).toBe(NOON);
    expect(earlier(at('12:00:01'), NOON)).toBe(NOON);
    expect(earlier(NOON, same)).toBe(NOON);
  });
});
