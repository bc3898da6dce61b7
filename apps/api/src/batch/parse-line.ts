import { batchLine, readShape, type BatchLine } from '@rungate/contract';
import { ApiError, invalid } from '../errors.js';

/** One line that can be read. */
export interface ParsedLine {
  readonly body: BatchLine;
  /** Fields that the line names, of the organization. */
  readonly given: ReadonlySet<string>;
}

/** Longest line, bytes as UTF-16 counts them: the limit of the body of a single PUT. */
const LONGEST = 1024 * 1024;

/** @throws ApiError `not_json`, `invalid`, `too_large`. */
export function parseLine(line: string): ParsedLine {
  if (line.length > LONGEST) throw new ApiError('too_large', 'The line is longer than 1 MB.');
  const written = jsonOf(line);
  const reading = readShape(batchLine, written);
  if (!reading.ok) throw invalid(reading.violations);
  return { body: reading.value, given: new Set(Object.keys(written ?? {})) };
}

/** The slug of a line that cannot be used otherwise, to tell it from others; null when it has none. */
export function slugOf(line: string): string | null {
  try {
    const written = jsonOf(line);
    const slug = typeof written === 'object' && written !== null && 'slug' in written ? written.slug : null;
    return typeof slug === 'string' && slug.length <= 1_000 ? slug.toWellFormed() : null;
  } catch {
    return null;
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new ApiError('not_json', 'The line is not JSON.', [], { cause });
  }
}
