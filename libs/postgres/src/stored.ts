import type { CallbackDocument, Check, Finding, PlanChanges, RequestFacts } from '@rungate/run-task';
import { PostgresError } from './errors.js';
import type { Prisma } from './generated/client.js';
import { jsonText } from './json-text.js';

/** A text column with a CHECK of the same words. @throws PostgresError `bad_row` when a newer version wrote another. */
export function oneOf<const T extends string>(words: readonly T[], text: string): T {
  const word = words.find((candidate) => candidate === text);
  if (word !== undefined) return word;
  throw new PostgresError('bad_row', `The database says "${text}" where only ${words.join(', ')} are known.`);
}

/** As `oneOf`, for a column that may be empty. */
export function oneOfOrNull<const T extends string>(words: readonly T[], text: string | null): T | null {
  return text === null ? null : oneOf(words, text);
}

// jsonb that only this lib writes, from values of these very types: its outer form is looked at, not each member.

/** Checks of a version, as they were validated when stored. @throws PostgresError `bad_row` */
export function storedChecks(json: Prisma.JsonValue): readonly Check[] {
  if (areChecks(json)) return json;
  throw new PostgresError('bad_row', 'The checks of a run task version are not a list.');
}

/** Findings of a check result. @throws PostgresError `bad_row` */
export function storedFindings(json: Prisma.JsonValue): readonly Finding[] {
  if (areFindings(json)) return json;
  throw new PostgresError('bad_row', 'The findings of a check result are not a list.');
}

/** What a plan changes. @throws PostgresError `bad_row` */
export function storedChanges(json: Prisma.JsonValue): PlanChanges {
  // An earlier version kept no references.
  const changes: unknown = isObject(json) ? Object.assign({ references: [] }, json) : json;
  if (areChanges(changes)) return changes;
  throw new PostgresError('bad_row', 'The changes of a plan are not an object.');
}

/** What a Terraform was told. @throws PostgresError `bad_row` */
export function storedCallback(json: Prisma.JsonValue): CallbackDocument {
  if (isCallback(json)) return json;
  throw new PostgresError('bad_row', 'The callback of a delivery is not an object.');
}

/** Facts of a request. @throws PostgresError `bad_row` */
export function storedFacts(json: Prisma.JsonValue): RequestFacts {
  if (areRequestFacts(json)) return json;
  throw new PostgresError('bad_row', 'The facts of a task result are not an object.');
}

/** Facts of a check result. @throws PostgresError `bad_row` */
export function storedNumbers(json: Prisma.JsonValue): Readonly<Record<string, number>> {
  if (areNumbers(json)) return json;
  throw new PostgresError('bad_row', 'The facts of a check result are not an object.');
}

/** The log of a check result. @throws PostgresError `bad_row` */
export function storedTexts(json: Prisma.JsonValue): readonly string[] {
  if (Array.isArray(json) && json.every((item) => typeof item === 'string')) return json;
  throw new PostgresError('bad_row', 'The log of a check result is not a list of lines.');
}

/** Texts by names. @throws PostgresError `bad_row` */
export function storedTextsByName(json: Prisma.JsonValue): Readonly<Record<string, string>> {
  if (areTextsByName(json)) return json;
  throw new PostgresError('bad_row', 'What a view asks for is not an object of texts.');
}

/** For a jsonb column, without what jsonb cannot hold. */
export function storableJson(value: unknown): Prisma.InputJsonValue {
  const parsed: unknown = JSON.parse(jsonText(value));
  if (isJson(parsed)) return parsed;
  throw new PostgresError('bad_row', 'null cannot be stored as JSON here.');
}

function areChecks(value: unknown): value is readonly Check[] {
  return Array.isArray(value);
}

function areFindings(value: unknown): value is readonly Finding[] {
  return Array.isArray(value);
}

function isCallback(value: unknown): value is CallbackDocument {
  return isObject(value);
}

function areRequestFacts(value: unknown): value is RequestFacts {
  return isObject(value);
}

function areChanges(value: unknown): value is PlanChanges {
  return isObject(value);
}

function areNumbers(value: unknown): value is Readonly<Record<string, number>> {
  return isObject(value);
}

function areTextsByName(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isJson(value: unknown): value is Prisma.InputJsonValue {
  return value !== null && value !== undefined;
}
