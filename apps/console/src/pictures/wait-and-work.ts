/** How long some task results waited for a worker, and were worked on; means, ms. */
export interface WaitAndWork {
  /** When the first of them came. */
  readonly from: string;
  readonly count: number;
  readonly waitMs: number;
  readonly workMs: number;
}

interface Timed {
  readonly receivedAt: string;
  readonly startedAt: string | null;
  readonly decidedAt: string | null;
}

/** More would be thinner than they can be told apart. */
const MOST = 40;

/** Decided task results in groups of like size, the oldest first; what no worker took only waited. */
export function waitAndWorkOf(newestFirst: readonly Timed[]): readonly WaitAndWork[] {
  const spans = newestFirst.toReversed().flatMap(({ receivedAt, startedAt, decidedAt }) => {
    if (decidedAt === null) return [];
    const [from, started, to] = [receivedAt, startedAt ?? decidedAt, decidedAt].map((at) => Date.parse(at));
    if (from === undefined || started === undefined || to === undefined) return [];
    return [{ at: receivedAt, waitMs: Math.max(0, started - from), workMs: Math.max(0, to - started) }];
  });
  const size = Math.max(1, Math.ceil(spans.length / MOST));
  return Array.from({ length: Math.ceil(spans.length / size) }, (_, index) => {
    const group = spans.slice(index * size, (index + 1) * size);
    return {
      from: group[0]?.at ?? '',
      count: group.length,
      waitMs: meanOf(group.map(({ waitMs }) => waitMs)),
      workMs: meanOf(group.map(({ workMs }) => workMs)),
    };
  });
}

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / Math.max(1, numbers.length);
}
