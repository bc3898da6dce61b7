import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 25;

/** Asks again until there is an answer. @throws Error that names what was waited for */
export async function until<T>(
  what: string,
  withinMs: number,
  ask: () => Promise<T | null> | T | null,
): Promise<NonNullable<T>> {
  for (const end = performance.now() + withinMs; ;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`gave up after ${withinMs} ms waiting for ${what}`);
    await sleep(PAUSE_MS);
  }
}
