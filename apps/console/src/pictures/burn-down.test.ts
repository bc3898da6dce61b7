import { burnDownOf } from './burn-down.js';

const NOW = 1_000_000;
const MINUTE = 60_000;
const task = (deadline: number, seen = [{ at: NOW - MINUTE, deadline }]) => ({
  id: 'a',
  receivedAt: NOW - MINUTE,
  deadline,
  seen,
});

describe('the burn-down of deadlines', () => {
  it('falls from now to the deadline', () => {
    const { lines, mostMs, nowAt } = burnDownOf({ tasks: [task(NOW + 5 * MINUTE)], now: NOW, atRiskMs: 2 * MINUTE });
    expect(mostMs).toBe(5 * MINUTE);
    const [line] = lines;
    expect(line?.points.at(-2)).toEqual([nowAt, 0]);
    expect(line?.points.at(-1)).toEqual([1, 1]);
    expect(line?.isAtRisk).toBe(false);
  });

  it('jumps up where a sign of life moved the deadline', () => {
    const seen = [
      { at: NOW - MINUTE, deadline: NOW + MINUTE },
      { at: NOW - MINUTE / 2, deadline: NOW + 5 * MINUTE },
    ];
    const { lines } = burnDownOf({ tasks: [task(NOW + 5 * MINUTE, seen)], now: NOW, atRiskMs: 2 * MINUTE });
    const heights = lines[0]?.points.slice(0, 4).map(([, y]) => y) ?? [];
    expect(heights[1]).toBeGreaterThan(heights[0] ?? 1);
    expect(heights[2]).toBeLessThan(heights[1] ?? 0);
  });

  it('has a band for those at risk, and says who is in it', () => {
    const tasks = [task(NOW + 10 * MINUTE), { ...task(NOW + MINUTE), id: 'b' }];
    const { lines, riskAt } = burnDownOf({ tasks, now: NOW, atRiskMs: 2 * MINUTE });
    expect(riskAt).toBeCloseTo(0.8);
    expect(lines.map(({ id, isAtRisk }) => [id, isAtRisk])).toEqual([
      ['a', false],
      ['b', true],
    ]);
  });

  it('stays in its frame when a deadline was missed, and with nothing in flight', () => {
    const { lines } = burnDownOf({ tasks: [task(NOW - MINUTE)], now: NOW, atRiskMs: 2 * MINUTE });
    for (const [x, y] of lines.flatMap(({ points }) => points)) {
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(Math.max(x, y)).toBeLessThanOrEqual(1);
    }
    expect(burnDownOf({ tasks: [], now: NOW, atRiskMs: 2 * MINUTE }).lines).toEqual([]);
  });
});
