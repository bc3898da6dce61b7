import { closeSync, openSync } from 'node:fs';
import { BYTE } from './json-bytes.js';
import { JsonScanner, SCANNER_LIMITS, type ScannerLimits } from './json-scanner.js';
import { PlanError } from './plan-error.js';

/** How to read a member of the top object. `stream` is for arrays; what is no array is parsed. `stop` ends the reading. */
export type Reading = 'parse' | 'stream' | 'skip' | 'stop';

/** What was read: a member of the top object, or one element of a member that is streamed. */
export type PlanPart =
  | { readonly kind: 'member'; readonly name: string; readonly value: unknown }
  | { readonly kind: 'element'; readonly name: string; readonly index: number; readonly value: unknown };

const MAX_MEMBERS = 1_000;

/**
 * Reads a plan of any size in bounded memory. Everything handed out went through `JSON.parse`; what is skipped is
 * checked only for strings, brackets and depth. Synchronous: killing the process is the way to abort it.
 *
 * @throws PlanError
 */
export function* readPlan(
  path: string,
  reading: (name: string) => Reading,
  limits: ScannerLimits = SCANNER_LIMITS,
): Generator<PlanPart, void, undefined> {
  const fd = openPlanFile(path);
  try {
    yield* readParts(new JsonScanner(fd, limits), reading);
  } finally {
    closeSync(fd);
  }
}

/** @throws PlanError `unreadable` */
export function openPlanFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw new PlanError('unreadable', 'The file of the plan could not be opened.', { cause });
  }
}

function* readParts(scanner: JsonScanner, reading: (name: string) => Reading): Generator<PlanPart, void, undefined> {
  for (const name of rootMembers(scanner)) {
    const how = reading(name);
    if (how === 'stop') return;
    if (how === 'skip') scanner.skipValue(1);
    else if (how === 'stream' && scanner.peek() === BYTE.openBracket) yield* readElements(scanner, name);
    else yield { kind: 'member', name, value: scanner.takeValue(1) };
  }
}

/** The names of the top object's members; between two of them the caller takes or skips the value. */
export function* rootMembers(scanner: JsonScanner): Generator<string, void, undefined> {
  scanner.start();
  if (scanner.peek() !== BYTE.openBrace) throw new PlanError('not_an_object', 'The plan is not a JSON object.');
  const seen = new Set<string>();
  if (scanner.enter(BYTE.closeBrace)) {
    do {
      const name = scanner.takeName(1);
      if (seen.has(name)) {
        throw new PlanError('duplicate_key', `The plan has the member ${JSON.stringify(name.slice(0, 80))} twice.`);
      }
      if (seen.add(name).size > MAX_MEMBERS) {
        throw new PlanError('too_many_members', `The plan has more than ${MAX_MEMBERS} members.`);
      }
      yield name;
    } while (scanner.another(BYTE.closeBrace));
  }
  scanner.finish();
}

function* readElements(scanner: JsonScanner, name: string): Generator<PlanPart, void, undefined> {
  if (!scanner.enter(BYTE.closeBracket)) return;
  let index = 0;
  do {
    yield { kind: 'element', name, index: index++, value: scanner.takeValue(2) };
  } while (scanner.another(BYTE.closeBracket));
}
