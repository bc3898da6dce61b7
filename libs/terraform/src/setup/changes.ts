import { isDeepStrictEqual } from 'node:util';
import type { ConnectField } from '@rungate/run-task';

/** Values by field. */
export type Fields = Readonly<Record<string, unknown>>;

/** The fields that are desired and differ, in their order; a field that is not there has the value null. */
export function changesBetween(before: Fields, desired: Fields): readonly ConnectField[] {
  return Object.entries(desired)
    .filter(([field, after]) => !isDeepStrictEqual(before[field], after))
    .map(([field, after]) => ({ field, before: before[field] ?? null, after }));
}
