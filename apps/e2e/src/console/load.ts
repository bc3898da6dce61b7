import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../harness/until.js';
import { copiesOf, withoutCopies } from './copies.js';
import { traced, type MainThread } from './main-thread.js';
import { PERSONAS, type Stage } from './stage.js';

/** Longest that the page may be deaf to its reader, ms; by the time on a core, which others' work does not lengthen. */
const LONGEST_TASK_MS = 100;
const ROWS = 10_000;
const IN_FLIGHT = 300;
const SECONDS = 20;

/** Many rows, and many changes: what a page takes while its reader wants to do something. */
export function describeLoad(stage: () => Stage): void {
  it(`${ROWS} results are scrolled through without the page becoming deaf`, async () => {
    await stage().sql(copiesOf(stage().told.passed, ROWS, {}));
    const person = await stage().signedIn(PERSONAS.owner, '/runs');
    const { page } = person;
    const table = page.getByRole('table', { name: 'results' });
    await table.focus();
    const figures = await traced(page, async () => {
      await until('the last row', 240_000, async () => {
        await page.keyboard.press('End');
        const count = await page.getByText(/^[\d,]+ results/).innerText();
        return Number(count.replaceAll(/\D/g, '')) >= ROWS && !count.includes('more below') ? true : null;
      });
    });
    tell(`${ROWS} rows read while scrolling`, figures);
    const scrolled = await traced(page, async () => {
      await table.hover();
      for (let step = 0; step < 100; step++) {
        await page.mouse.wheel(0, step < 50 ? -6_000 : 6_000);
        await sleep(16);
      }
    });
    tell('scrolling through them', scrolled);
    expect(Math.max(figures.longestCpuMs, scrolled.longestCpuMs)).toBeLessThanOrEqual(LONGEST_TASK_MS);
  });

  it(`the live board with ${IN_FLIGHT} in flight and a change of each every second stays quick`, async () => {
    const inFlight = {
      state: "'evaluating'",
      verdict: 'NULL',
      decided_at: 'NULL',
      delivered_at: 'NULL',
      leased_by: "'nobody'",
      sealed_grant: "'\\x00'",
      lease_until: "now() + interval '1 hour'",
      decide_at: "now() + interval '1 hour'",
      progress_by: "now() + n * interval '2 seconds' + interval '1 minute'",
      final_by: "now() + interval '1 hour'",
    };
    await stage().sql(copiesOf(stage().told.passed, IN_FLIGHT, inFlight));
    const { page } = await stage().signedIn(PERSONAS.operator, '/live');
    // Some others are in flight as well.
    await page.getByText(/^3\d\d in flight$/).waitFor();
    const figures = await traced(page, async () => {
      for (let second = 0; second < SECONDS; second++) {
        await stage().sql(
          `UPDATE task_results SET progress_by = progress_by + interval '1 second' WHERE leased_by = 'nobody'`,
        );
        await sleep(1_000);
      }
    });
    tell(`${IN_FLIGHT} in flight, changed each second for ${SECONDS} s`, figures);
    await stage().sql(withoutCopies());
    expect(figures.longestCpuMs).toBeLessThanOrEqual(LONGEST_TASK_MS);
  });
}

function tell(what: string, { tasks, longestMs, longestCpuMs, overAllMs }: MainThread): void {
  process.stdout.write(
    `${what}: ${tasks} tasks of the main thread, longest ${longestMs} ms (${longestCpuMs} on a core), ${overAllMs} ms in all\n`,
  );
}
