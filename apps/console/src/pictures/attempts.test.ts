import { attemptPoints } from './attempts.js';

const from = Date.parse('2026-11-20T12:00:00Z');
const attempt = (ms: number, status: number | null, error: string | null = null) => ({
  ...{ at: new Date(from + ms).toISOString(), status, error, what: 'verdict' },
});

describe('tries to send something', () => {
  it('stand where they were made, by what was answered', () => {
    const points = attemptPoints(
      [attempt(0, null, 'ENOTFOUND'), attempt(500, 503), attempt(750, 429), attempt(1_000, 200)],
      from,
      from + 1_000,
    );
    expect(points.map(({ x, lane, label, isTaken }) => [x, lane, label, isTaken])).toEqual([
      [0, 'no answer', 'verdict: ENOTFOUND', false],
      [0.5, '5xx', 'verdict: HTTP 503', false],
      [0.75, '4xx', 'verdict: HTTP 429', false],
      [1, '2xx', 'verdict: HTTP 200', true],
    ]);
  });

  it('stay within the frame, whatever the clocks say', () => {
    expect(attemptPoints([attempt(-5, 302), attempt(9, 200)], from, from).map(({ x, lane }) => [x, lane])).toEqual([
      [0, '3xx'],
      [1, '2xx'],
    ]);
  });
});
