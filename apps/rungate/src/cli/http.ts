import { setTimeout as sleep } from 'node:timers/promises';
import type { Send } from '@rungate/contract';

/** Answers that say "later" and did nothing: too many requests, and a server that is not ready. */
const LATER = [429, 503];
/** Longest pause that is waited for without a word, seconds. */
const LONGEST_PAUSE_S = 60;
const MOST_ATTEMPTS = 6;

/** Sends requests of the command line; waits and asks again as `Retry-After` says. */
export const send: Send = async (url, request) => {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url, { ...request, redirect: 'error' });
    const pauseS = LATER.includes(response.status)
      ? Number(response.headers.get('retry-after') ?? Number.NaN)
      : Number.NaN;
    if (!(pauseS <= LONGEST_PAUSE_S) || attempt === MOST_ATTEMPTS) return response;
    await response.body?.cancel();
    await sleep(pauseS * 1_000);
  }
};
