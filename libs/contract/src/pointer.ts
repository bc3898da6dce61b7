/** JSON pointer (RFC 6901) to a place below `at`. */
export function pointerTo(path: readonly PropertyKey[], at: string): string {
  return at + path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
