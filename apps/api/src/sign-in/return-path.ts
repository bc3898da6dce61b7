const MOST_CHARACTERS = 1_000;
/** Of ours, to the letter: two slashes or a backslash would name another host. */
const PATH = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/;

/** Where the browser goes after a sign-in: a path of ours, whatever it was asked for. */
export function returnPathOf(asked: unknown): string {
  if (typeof asked !== 'string' || asked.length > MOST_CHARACTERS || !PATH.test(asked)) return '/';
  return asked.startsWith('/auth/') || asked.startsWith('/login') ? '/' : asked;
}
