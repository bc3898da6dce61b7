import { z } from 'zod';
import type { Page } from 'playwright-core';

const event = z.object({
  name: z.string(),
  ph: z.string(),
  pid: z.number(),
  tid: z.number(),
  dur: z.number().default(0),
  args: z.looseObject({ name: z.string().optional() }).default({}),
});
const trace = z.object({ traceEvents: z.array(z.unknown()) });

/** What kept the main thread of a page busy, from a trace of the browser. */
export interface MainThread {
  readonly tasks: number;
  /** Of one task, ms. */
  readonly longestMs: number;
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
  const times = tasks.map(({ dur }) => dur / 1_000);
  return {
    tasks: times.length,
    longestMs: Math.round(times.reduce((longest, time) => Math.max(longest, time), 0)),
    overAllMs: Math.round(times.reduce((sum, time) => sum + time, 0)),
  };
}

function placeOf({ pid, tid }: { readonly pid: number; readonly tid: number }): string {
  return `${pid} ${tid}`;
}
