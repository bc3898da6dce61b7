import { histogramOf, placeOf } from './histogram.js';

describe('the histogram of spans', () => {
  it('counts every span once, also those beyond its ends', () => {
    const { bars, most } = histogramOf([0, 5, 12, 500, 9_999_999_999]);
    expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(5);
    expect(bars[0]?.count).toBe(3);
    expect(bars.at(-1)?.count).toBe(1);
    expect(most).toBe(3);
  });

  it('puts a span between the edges of its bar', () => {
    const { bars } = histogramOf([700]);
    const bar = bars.find(({ count }) => count === 1);
    expect(bar?.fromMs).toBeLessThanOrEqual(700);
    expect(bar?.toMs).toBeGreaterThan(700);
  });

  it('marks what half, 95 % and 99 % of them stay below', () => {
    const spans = Array.from({ length: 100 }, (_, index) => (index + 1) * 10);
    expect(histogramOf(spans).marks).toEqual([
      { name: 'p50', ms: 500 },
      { name: 'p95', ms: 950 },
      { name: 'p99', ms: 990 },
    ]);
    expect(histogramOf([]).marks).toEqual([]);
  });

  it('stands each step at the same distance', () => {
    const histogram = histogramOf([]);
    const [a, b, c] = [100, 1_000, 10_000].map((ms) => placeOf(ms, histogram));
    expect((b ?? 0) - (a ?? 0)).toBeCloseTo((c ?? 0) - (b ?? 0));
    expect(placeOf(1, histogram)).toBe(0);
  });
});
