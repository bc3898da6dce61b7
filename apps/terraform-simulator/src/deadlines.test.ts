import { deadlineSpans, moveDeadlines, startDeadlines } from './deadlines.js';

const MINUTE = 60_000;

describe('deadlines', () => {
  it('are ten minutes without progress and sixty in all for rolling', () => {
    const spans = deadlineSpans('rolling', 1);
    const started = startDeadlines(0, spans);
    expect(started).toEqual({ progressBy: 10 * MINUTE, finalBy: 60 * MINUTE });
    expect(moveDeadlines(started, { now: 9 * MINUTE, profile: 'rolling', spans }).progressBy).toBe(19 * MINUTE);
    expect(moveDeadlines(started, { now: 55 * MINUTE, profile: 'rolling', spans }).progressBy).toBe(60 * MINUTE);
  });

  it('are ten minutes for fixed, whatever is sent', () => {
    const spans = deadlineSpans('fixed', 1);
    const started = startDeadlines(0, spans);
    expect(started).toEqual({ progressBy: 10 * MINUTE, finalBy: 10 * MINUTE });
    expect(moveDeadlines(started, { now: 9 * MINUTE, profile: 'fixed', spans })).toEqual(started);
  });

  it('shrink with the time scale', () => {
    expect(deadlineSpans('rolling', 0.05)).toEqual({ progressWithinMs: 30_000, finalWithinMs: 180_000 });
  });
});
