/** JSON that `jsonb` can hold: NUL and lone surrogates, in keys as well, become U+FFFD. */
export function jsonText(value: unknown): string {
  // JSON.stringify escapes exactly these two as \\u…; a pair of backslashes is skipped, since it escapes itself.
  return JSON.stringify(value).replaceAll(/\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g, (escape) =>
    escape === '\\\\' ? escape : '\uFFFD',
  );
}
