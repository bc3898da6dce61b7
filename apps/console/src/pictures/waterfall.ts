import type { TaskResultDetailBody } from '@rungate/contract';

/** What a bar or a mark tells. */
export type Tone = 'quiet' | 'good' | 'bad' | 'work';

/** One row of the waterfall; a mark has no length. */
export interface WaterfallRow {
  readonly label: string;
  readonly tone: Tone;
  readonly startMs: number;
  readonly durationMs: number;
  /** Share of the whole, 0 to 1. */
  readonly left: number;
  readonly width: number;
}

/** A task result in time: everything that took time as a bar, everything else as a mark. */
export interface Waterfall {
  readonly startedAt: Date;
  readonly totalMs: number;
  readonly rows: readonly WaterfallRow[];
  /** Round numbers for the axis, ms from the start. */
  readonly ticks: readonly number[];
}

interface Span {
  readonly label: string;
  readonly tone: Tone;
  readonly from: number;
  readonly to: number;
}

/** Lays out what became of a task result, from its arrival on; what is in flight ends now. */
export function waterfallOf(taskResult: TaskResultDetailBody, now: Date): Waterfall {
  const start = Date.parse(taskResult.receivedAt);
  const spans = [
    ...waitOf(taskResult, now),
    ...preparationOf(taskResult),
    ...checksOf(taskResult),
    ...attemptsOf(taskResult, now),
  ];
  const end = Math.max(start + 1, ...spans.map(({ to }) => to), ...taskResult.timeline.map(({ at }) => Date.parse(at)));
  const totalMs = end - start;
  const rows = spans.map(({ label, tone, from, to }) => ({
    label,
    tone,
    startMs: from - start,
    durationMs: to - from,
    left: clamp((from - start) / totalMs),
    width: clamp((to - Math.max(from, start)) / totalMs),
  }));
  return { startedAt: new Date(start), totalMs, rows, ticks: ticksOf(totalMs) };
}

function waitOf({ receivedAt, timeline, decidedAt }: TaskResultDetailBody, now: Date): readonly Span[] {
  const from = Date.parse(receivedAt);
  const begun = timeline.find(({ event }) => event === 'evaluation started');
  const to = begun === undefined ? (decidedAt === null ? now.getTime() : Date.parse(decidedAt)) : Date.parse(begun.at);
  return [{ label: begun === undefined && decidedAt === null ? 'waiting' : 'waited', tone: 'quiet', from, to }];
}

/** From the start of the evaluation until the first check ran: the plan was fetched and masked. */
function preparationOf(taskResult: TaskResultDetailBody): readonly Span[] {
  const begun = taskResult.timeline.find(({ event }) => event === 'evaluation started');
  const starts = checksOf(taskResult).map(({ from }) => from);
  if (begun === undefined || starts.length === 0) return [];
  const [from, to] = [Date.parse(begun.at), Math.min(...starts)];
  return to > from ? [{ label: 'plan prepared', tone: 'work', from, to }] : [];
}

/** A check is stored when it ends, with what it took. */
function checksOf({ checks, timeline }: TaskResultDetailBody): readonly Span[] {
  return checks.flatMap((check) => {
    const ended = timeline.find(({ event }) => event === `check ${check.name}: ${check.status}`);
    if (ended === undefined) return [];
    const to = Date.parse(ended.at);
    return [{ label: check.name, tone: toneOf(check.status), from: to - check.durationMs, to }];
  });
}

function toneOf(status: TaskResultDetailBody['checks'][number]['status']): Tone {
  if (status === 'passed') return 'good';
  return status === 'failed' || status === 'errored' ? 'bad' : 'quiet';
}

function attemptsOf({ deliveries }: TaskResultDetailBody, now: Date): readonly Span[] {
  const spans = deliveries.flatMap(({ kind, attempts }) =>
    attempts.map(({ at, status, durationMs }, index): Span => {
      const from = Date.parse(at);
      const to = durationMs === null ? now.getTime() : from + durationMs;
      return { label: attemptLabel(kind, index, status), tone: isTaken(status) ? 'work' : 'bad', from, to };
    }),
  );
  return spans.sort((a, b) => a.from - b.from);
}

function attemptLabel(kind: 'progress' | 'final', index: number, status: number | null): string {
  const what = kind === 'final' ? 'verdict' : 'progress';
  return `${what} #${index + 1} → ${status === null ? 'no answer' : `HTTP ${status}`}`;
}

function isTaken(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}

const STEPS = [1, 2, 5];

/** Four to nine round numbers, from 0. */
function ticksOf(totalMs: number): readonly number[] {
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(1, totalMs)) - 1);
  const step = [...STEPS, ...STEPS.map((each) => each * 10)]
    .map((each) => each * magnitude)
    .find((each) => totalMs / each <= 8);
  if (step === undefined) return [0];
  return Array.from({ length: Math.floor(totalMs / step) + 1 }, (_, index) => index * step);
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
