import { RE2JS, RE2JSException } from 're2js';

/** Longest pattern, characters. */
export const PATTERN_LIMIT = 200;
/** How large a pattern may become when its counted repetitions are written out, characters, roughly. */
const MAX_WRITTEN_OUT = 4_000;
/** What one Unicode class such as `\pL`, which the engine looks up in its tables, costs beside a character (measured). */
const UNICODE_CLASS_COST = 20;
/** Longest text that is matched, characters. */
const TEXT_LIMIT = 4_096;

/** A pattern on an engine that takes time in proportion to the text, whatever the pattern is. */
export interface Pattern {
  /** Whether the pattern covers the whole text; null for a text that is too long to be matched. */
  covers(text: string): boolean | null;
}

/** A pattern, or one sentence about what is wrong with it. */
export type PatternReading =
  { readonly ok: true; readonly pattern: Pattern } | { readonly ok: false; readonly problem: string };

/** Reads a pattern in the syntax of RE2: no look-around, no back-references. `.` matches line breaks too. */
export function readPattern(written: string, ignoreCase: boolean): PatternReading {
  if (written.length > PATTERN_LIMIT) {
    return { ok: false, problem: `Must have at most ${PATTERN_LIMIT} characters.` };
  }
  if (writtenOut(written) > MAX_WRITTEN_OUT) {
    return { ok: false, problem: 'Repeats too much: count less in braces, or use the operator length.' };
  }
  try {
    const flags = RE2JS.DOTALL | (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    const engine = RE2JS.compile(written, flags);
    return { ok: true, pattern: { covers: (text) => (text.length > TEXT_LIMIT ? null : engine.matches(text)) } };
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) throw cause;
    return {
      ok: false,
      problem: `Is no pattern in RE2 syntax (no look-around, no back-references): ${cause.message.replace('`(?s)', '`')}.`,
    };
  }
}

/** What compiling a pattern costs, in characters: its own, repetitions written out. 0 for one that is refused unseen. */
export function compileCost(written: string): number {
  if (written.length > PATTERN_LIMIT) return 0;
  const size = writtenOut(written);
  if (size > MAX_WRITTEN_OUT) return 0;
  return size + UNICODE_CLASS_COST * (written.match(/\\p/gi)?.length ?? 0);
}

/** Never less than the size that the engine would make of the pattern: told from its text, without compiling it. */
function writtenOut(written: string): number {
  const counts = [...written.matchAll(/(.?)\{(\d+)(?:,(\d*))?\}/gs)].map(([, before, least, most]) => ({
    isGroup: before === ')',
    count: Math.max(Number(least), Number(most ?? 0), 1),
  }));
  // Groups may stand in one another.
  const copies = counts.reduce((product, { isGroup, count }) => (isGroup ? product * count : product), 1);
  const singles = counts.reduce((sum, { isGroup, count }) => (isGroup ? sum : sum + count), 0);
  return copies * (written.length + singles);
}
