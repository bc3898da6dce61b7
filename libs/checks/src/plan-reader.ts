import { openSync } from 'node:fs';
import { BYTE } from './json-bytes.js';
import type { JsonScanner } from './json-scanner.js';
import { PlanError } from './plan-error.js';

const MAX_MEMBERS = 1_000;

/** @throws PlanError `unreadable` */
export function openPlanFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw new PlanError('unreadable', 'The file of the plan could not be opened.', { cause });
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
