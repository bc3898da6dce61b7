/**
 * Whether `text` matches `pattern`, where `*` stands for any characters and `?` for one; all else means itself. Never a
 * RegExp: patterns and texts come from others, and this takes at most pattern × text steps, without recursion.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0;
  let step = 0;
  // Where to take up again when the last `*` must stand for one character more.
  let starStep = -1;
  let starAt = 0;
  while (at < text.length) {
    if (pattern[step] === '*') {
      starStep = step++;
      if (step === pattern.length) return true;
      starAt = at;
    } else if (pattern[step] === '?' || pattern[step] === text[at]) {
      step++;
      at++;
    } else if (starStep >= 0) {
      step = starStep + 1;
      at = ++starAt;
    } else {
      return false;
    }
  }
  while (pattern[step] === '*') step++;
  return step === pattern.length;
}

/** Whether any of the patterns matches. */
export function matchesAnyGlob(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, text));
}
