import { readFileSync } from 'node:fs';
import { PluginCatalogue, checkProblems } from '@rungate/checks';
import { readShape, checkList, type Violation } from '@rungate/contract';
import { plainText, type Check } from '@rungate/run-task';
import { CheckError } from './errors.js';

/**
 * The checks in a file: the `checks` array of a run task, or the body of its PUT, of which nothing else is looked at.
 * @throws CheckError `checks_unreadable`, `checks_invalid` with a line per fault, each with its JSON pointer.
 */
export function readChecksFile(file: string): readonly Check[] {
  const { list, at } = findList(parse(readText(file), file));
  const reading = readShape(checkList, list, at);
  if (!reading.ok) throw invalid(file, reading.violations);
  const problems = checkProblems(reading.value, new PluginCatalogue(() => []));
  const violations = problems.map(({ pointer, message }) => ({ pointer: at + pointer, detail: message }));
  if (violations.length > 0) throw invalid(file, violations);
  return reading.value;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw CheckError.whenReading('checks_unreadable', plainText(file), cause);
  }
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const why = cause instanceof Error ? plainText(cause.message) : 'syntax error';
    throw new CheckError('checks_invalid', `${plainText(file)} is not valid JSON: ${why}.`, { cause });
  }
}

function findList(content: unknown): { readonly list: unknown; readonly at: string } {
  const isBody = typeof content === 'object' && content !== null && 'checks' in content;
  return isBody ? { list: content.checks, at: '/checks' } : { list: content, at: '' };
}

function invalid(file: string, violations: readonly Violation[]): CheckError {
  const lines = violations.map(
    ({ pointer, detail }) => `  ${plainText(pointer === '' ? '(the whole file)' : pointer)}  ${plainText(detail)}`,
  );
  const remedy = 'The file holds the checks of a run task: [{ "name": …, "use": …, "stages": […], "enforcement": … }].';
  return new CheckError('checks_invalid', [`${plainText(file)} is not valid:`, ...lines, remedy].join('\n'));
}
