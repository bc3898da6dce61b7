/** Bars of a histogram over spans, on a scale on which each step is the same factor. */
export interface Histogram {
  readonly bars: readonly Bar[];
  /** The span that a share of all stays below, ms. */
  readonly marks: readonly Mark[];
  readonly most: number;
}

/** How many spans lie from one to the other. */
export interface Bar {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/** A span with a name. */
export interface Mark {
  readonly name: string;
  readonly ms: number;
}

/** Three bars for each power of ten, from 10 ms to an hour and more. */
const FIRST_MS = 10;
const LAST_MS = 3_600_000;
const PER_DECADE = 3;
const PERCENTILES = [50, 95, 99];

/** Counts spans into bars; the first and the last also hold what lies beyond. */
export function histogramOf(spans: readonly number[]): Histogram {
  const count = Math.ceil(Math.log10(LAST_MS / FIRST_MS) * PER_DECADE);
  const edge = (index: number): number => FIRST_MS * 10 ** (index / PER_DECADE);
  const bars = Array.from({ length: count }, (_, index) => ({ fromMs: edge(index), toMs: edge(index + 1), count: 0 }));
  for (const span of spans) {
    const bar =
      bars[Math.min(count - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, span) / FIRST_MS) * PER_DECADE)))];
    if (bar !== undefined) bar.count += 1;
  }
  return { bars, marks: marksOf(spans), most: Math.max(0, ...bars.map((bar) => bar.count)) };
}

/** Where a span stands on the scale, 0 to 1. */
export function placeOf(ms: number, { bars }: Histogram): number {
  const [from, to] = [bars[0]?.fromMs ?? 1, bars.at(-1)?.toMs ?? 10];
  return Math.min(1, Math.max(0, Math.log10(ms / from) / Math.log10(to / from)));
}

function marksOf(spans: readonly number[]): readonly Mark[] {
  const sorted = [...spans].sort((a, b) => a - b);
  return PERCENTILES.flatMap((percentile) => {
    const ms = sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)];
    return ms === undefined ? [] : [{ name: `p${percentile}`, ms }];
  });
}
