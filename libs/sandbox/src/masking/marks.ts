import { BYTE, stringEnd } from '@rungate/checks';

/** Every name of a mark ends so: `sensitive`, `after_sensitive` … and `sensitive_values`. */
const SENSITIVE = Buffer.from('sensitive');
const VALUES = Buffer.from('_values');
/** An escape that can stand for a letter or an underscore, as in `\u0073ensitive`. */
const ESCAPED_LETTER = Buffer.from('\\u00');
const LETTER_DIGITS: ReadonlySet<number | undefined> = new Set([0x35, 0x36, 0x37]);
const QUOTE = 0x22;
/** How `true` begins, and nothing else outside strings. */
const LETTER_T = 0x74;

/**
 * Whether JSON text may mark something as sensitive; false is certain. Most resources of a plan mark nothing, and say
 * so with `false` and empty objects: to see that costs less than to look for marks in the parsed value.
 */
export function mayHoldMark(json: Buffer): boolean {
  for (let at = json.indexOf(SENSITIVE); at >= 0; at = json.indexOf(SENSITIVE, at + 1)) {
    const end = at + SENSITIVE.length;
    const isLonger = json[end] !== QUOTE && json.subarray(end, end + VALUES.length).equals(VALUES);
    const quote = isLonger ? end + VALUES.length : end;
    if (json[quote] === QUOTE && holdsTrue(json, quote + 1)) return true;
  }
  for (let at = json.indexOf(ESCAPED_LETTER); at >= 0; at = json.indexOf(ESCAPED_LETTER, at + 1)) {
    if (LETTER_DIGITS.has(json[at + ESCAPED_LETTER.length])) return true;
  }
  return false;
}

/** Whether `true` stands anywhere in the value whose name ends before `from`. */
function holdsTrue(json: Buffer, from: number): boolean {
  let depth = 0;
  for (let at = from; at >= 0 && at < json.length;) {
    const byte = json[at++] ?? 0;
    if (byte === LETTER_T) return true;
    if (byte === QUOTE) at = stringEnd(json, at, json.length);
    depth += STEPS[byte] ?? 0;
    if (depth < 0 || (depth === 0 && ENDS[byte] === 1)) return false;
  }
  return false;
}

/** By how many levels a byte goes deeper. */
const STEPS = new Int8Array(256);
STEPS[BYTE.openBrace] = STEPS[BYTE.openBracket] = 1;
STEPS[BYTE.closeBrace] = STEPS[BYTE.closeBracket] = -1;
/** What ends a value where no level is open. */
const ENDS = new Uint8Array(256);
ENDS[BYTE.comma] = ENDS[BYTE.closeBrace] = ENDS[BYTE.closeBracket] = 1;
