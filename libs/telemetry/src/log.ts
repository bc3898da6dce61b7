import { pino } from 'pino';
import { formatLine } from './pretty.js';
import { redact } from './redact.js';
import { toStderr } from './stderr.js';

/** Facts about a moment: flat, and never a secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** How much is logged: `warn` leaves out the moments, `error` leaves only what a human must act on. */
export type LogLevel = 'info' | 'warn' | 'error';

/** The log as the domain's port has it; equal in structure, since this lib imports nothing of ours. */
export interface Log {
  info(moment: string, fields: LogFields): void;
  warn(moment: string, fields: LogFields): void;
  error(moment: string, fields: LogFields): void;
}

/** How much is logged, for whom, and where to. */
export interface LogOptions {
  readonly level: LogLevel;
  /** Lines for people instead of JSON; by default when stderr is a terminal. */
  readonly pretty?: boolean;
  /** Takes one line with its line break; by default stderr, all lines of a turn at once, the last ones when the process ends. */
  readonly write?: (line: string) => void;
}

/** A log that writes one line per moment: JSON with time and pid, or text for a terminal. */
export function createLog({ level, pretty = process.stderr.isTTY, write = toStderr }: LogOptions): Log {
  const format = pretty ? formatLine : escapeInvisible;
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      messageKey: 'moment',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write: (line: string) => {
        write(format(line));
      },
    },
  );
  return {
    info: (moment, fields) => {
      logger.info(redact(fields), moment);
    },
    warn: (moment, fields) => {
      logger.warn(redact(fields), moment);
    },
    error: (moment, fields) => {
      logger.error(redact(fields), moment);
    },
  };
}

// JSON leaves DEL, C1 and the invisible formatting characters as they are; a terminal that shows the log obeys them.
function escapeInvisible(line: string): string {
  return line.replace(/[\u007f-\u009f\p{Cf}\u2028\u2029]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
