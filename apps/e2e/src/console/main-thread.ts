import { z } from 'zod';
import type { Page } from 'playwright-core';

const event = z.object({
  name: z.string(),
  ph: z.string(),
  pid: z.number(),
  tid: z.number(),
  dur: z.number().default(0),
  tdur: z.number().default(0),
  args: z.looseObject({ name: z.string().optional() }).default({}),
});
const trace = z.object({ traceEvents: z.array(z.unknown()) });

/** What kept the main thread of a page busy, from a trace of the browser. */
export interface MainThread {
  readonly tasks: number;
  /** Of one task, by the clock, ms. */
  readonly longestMs: number;
  /** Of one task, on a core: what else the machine does is not in it, ms. */
  readonly longestCpuMs: number;
  readonly overAllMs: number;
}

/** Traces a page while something happens. */
export async function traced(page: Page, during: () => Promise<void>): Promise<MainThread> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('the page has no browser to trace');
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await during();
  const written = trace.parse(JSON.parse((await browser.stopTracing()).toString('utf8')));
  const events = written.traceEvents.flatMap((each) => event.safeParse(each).data ?? []);
  const threads = new Set(
    events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(placeOf),
  );
  const tasks = events.filter((each) => each.ph === 'X' && each.name.endsWith('RunTask') && threads.has(placeOf(each)));
  return {
    tasks: tasks.length,
    longestMs: longestOf(tasks.map(({ dur }) => dur)),
    longestCpuMs: longestOf(tasks.map(({ tdur }) => tdur)),
    overAllMs: Math.round(tasks.reduce((sum, { dur }) => sum + dur, 0) / 1_000),
  };
}

/** Of times in µs. */
function longestOf(times: readonly number[]): number {
  return Math.round(times.reduce((longest, time) => Math.max(longest, time), 0) / 1_000);
}

function placeOf({ pid, tid }: { readonly pid: number; readonly tid: number }): string {
  return `${pid} ${tid}`;
}
