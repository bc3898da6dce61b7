/** Bytes of JSON's structure. */
export const BYTE = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/** Class of a byte that a scan for the end of a value passes over. */
export const NOTHING = 0;
/** Class of the quote. */
export const QUOTE = 1;
/** Class of what opens an object or an array. */
export const OPENS = 2;
/** Class of each byte; 3 for what closes. */
export const CLASS = new Uint8Array(256);
CLASS[BYTE.quote] = QUOTE;
CLASS[BYTE.openBrace] = CLASS[BYTE.openBracket] = OPENS;
CLASS[BYTE.closeBrace] = CLASS[BYTE.closeBracket] = 3;

/** Where the string ends whose content starts at `from`, or -1 when it ends beyond the buffer. */
export function stringEnd(buffer: Buffer, from: number, end: number): number {
  for (let at = from; at < end;) {
    const byte = buffer[at++];
    if (byte === 0x22) return at;
    // Whatever is escaped: the four digits of \uXXXX hold neither quote nor backslash.
    if (byte === 0x5c) at++;
  }
  return -1;
}

/** White space of JSON. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Bytes of numbers, `true`, `false` and `null`. */
export function isScalar(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    byte === 0x45
  );
}
