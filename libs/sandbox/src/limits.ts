const SECOND = 1_000;
const MEBIBYTE = 2 ** 20;

/** Standard output and error of a child during one request, bytes. */
export const OUTPUT_LIMIT = 256 * 1_024;
/** Lines that a check may log; what goes beyond is dropped. */
export const LOG_LINES = 100;
/** Characters of one such line. */
export const LOG_LINE_LIMIT = 500;
/** One reply of a child, bytes. */
export const REPLY_LIMIT = 4 * MEBIBYTE;
/** One line from the runner: a reply, encoded again. */
export const RUNNER_LINE_LIMIT = 8 * MEBIBYTE;
/** One line to the runner: an assignment. */
export const REQUEST_LINE_LIMIT = 16 * MEBIBYTE;
/** One part of a masked plan that is handed back, characters of base64. */
export const HANDED_BACK_PART = MEBIBYTE;
/** Masked plans that wait to be handed back: beyond that they are left out. */
export const HANDED_BACK_WAITING = 64;
/** From SIGTERM to SIGKILL. */
export const GRACE_MS = 2 * SECOND;
/** From the start of a process to its first line. */
export const START_LIMIT_MS = 10 * SECOND;
/** How long an assignment waits for a process that can be started. */
export const START_WAIT_MS = 15 * SECOND;
/** Requests that one warm child answers before another takes its place. */
export const MAX_RUNS = 2_000;
/** CPU time of one child, over all that it answers, seconds; more than the longest time limit of a check. */
export const CPU_LIMIT_SECONDS = 4 * 3_600;
/** CPU time after which a warm child is not used again, milliseconds. */
export const WORN_AFTER_CPU_MS = 60 * SECOND;
/** Largest file that a child may write, mebibytes: a masked plan can be somewhat larger than the raw one. */
export const FILE_LIMIT_MB = 1_024;
/** A raw plan that is sent to a runner, bytes: its masked form must fit into a file. */
export const PLAN_LIMIT = FILE_LIMIT_MB * MEBIBYTE;
/** The first wait before something that ended is started again; doubled each time. */
const BACK_OFF_MS = 100;
const MAX_BACK_OFF_MS = 10 * SECOND;

/** The wait before the next start after `failures` failed ones, milliseconds. */
export function backOffMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(MAX_BACK_OFF_MS, BACK_OFF_MS * 2 ** Math.min(failures - 1, 16));
}
