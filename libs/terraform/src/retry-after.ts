const LONGEST_MS = 24 * 60 * 60 * 1_000;
/** IMF-fixdate, the one form that servers may still send (RFC 9110, section 5.6.7). */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** `Retry-After` in milliseconds, at most a day: seconds, or a moment by the clock of the server that names it. */
export function retryAfterMs(retryAfter: string | null, date: string | null): number | null {
  if (retryAfter === null) return null;
  if (/^\d+$/.test(retryAfter)) return Math.min(Number(retryAfter) * 1_000, LONGEST_MS);
  const moment = parseDate(retryAfter);
  if (moment === null) return null;
  const now = parseDate(date ?? '') ?? Date.now();
  return Math.min(Math.max(0, moment - now), LONGEST_MS);
}

function parseDate(text: string): number | null {
  const moment = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(moment) ? null : moment;
}
