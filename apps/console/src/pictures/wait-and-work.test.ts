import { waitAndWorkOf } from './wait-and-work.js';

const START = Date.parse('2026-11-20T12:00:00Z');
const at = (ms: number) => new Date(START + ms).toISOString();
const result = (receivedMs: number, startedMs: number | null, decidedMs: number | null) => ({
  receivedAt: at(receivedMs),
  startedAt: startedMs === null ? null : at(startedMs),
  decidedAt: decidedMs === null ? null : at(decidedMs),
});

describe('waiting against work', () => {
  it('is told from the oldest on, of what has a verdict', () => {
    const found = waitAndWorkOf([result(5_000, null, null), result(2_000, 2_500, 4_500), result(0, 100, 1_100)]);
    expect(found).toEqual([
      { from: at(0), count: 1, waitMs: 100, workMs: 1_000 },
      { from: at(2_000), count: 1, waitMs: 500, workMs: 2_000 },
    ]);
  });

  it('is all waiting of what no worker took', () => {
    expect(waitAndWorkOf([result(0, null, 900)])).toMatchObject([{ waitMs: 900, workMs: 0 }]);
  });

  it('is the mean of groups, when there are many', () => {
    const many = Array.from({ length: 100 }, (_, index) => result(index, index + (index % 2) * 10, index + 20));
    const found = waitAndWorkOf(many.toReversed());
    expect(found).toHaveLength(34);
    expect(found[0]).toEqual({ from: at(0), count: 3, waitMs: 10 / 3, workMs: 50 / 3 });
  });

  it('is nothing of nothing', () => {
    expect(waitAndWorkOf([])).toEqual([]);
  });
});
