/** The `code` of an error of the system or of Postgres; null when it has none. */
export function errorCode(error: unknown): string | null {
  // Not by instanceof: in Jest, errors of Node's own modules come from another realm.
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
