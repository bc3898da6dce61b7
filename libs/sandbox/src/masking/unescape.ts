const QUOTE_ESCAPES = new Uint8Array(256);
for (const [letter, byte] of Object.entries({ b: 8, f: 12, n: 10, r: 13, t: 9, '"': 34, '\\': 92, '/': 47 })) {
  QUOTE_ESCAPES[letter.charCodeAt(0)] = byte;
}
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
/** `\uXXXX` */
const UNICODE_LENGTH = 6;

let scratch = Buffer.alloc(0);

/**
 * JSON text with the escapes of its strings resolved, for searching: what a string means stands there as it is. The
 * text between strings stays. The same buffer serves the next call.
 */
export function unescapeJson(json: Buffer): Buffer {
  if (scratch.length < json.length) scratch = Buffer.allocUnsafe(json.length);
  let length = 0;
  for (let at = 0; at < json.length;) {
    const byte = json[at] ?? 0;
    if (byte !== BACKSLASH) {
      scratch[length++] = byte;
      at++;
    } else if (json[at + 1] === LETTER_U) {
      const end = endOfUnicode(json, at);
      length += scratch.write(codeUnits(json, at, end), length);
      at = end;
    } else {
      scratch[length++] = QUOTE_ESCAPES[json[at + 1] ?? 0] ?? 0;
      at += 2;
    }
  }
  return scratch.subarray(0, length);
}

/** Where a row of `\uXXXX` ends: the two halves of a surrogate pair must be decoded together. */
function endOfUnicode(json: Buffer, from: number): number {
  let at = from;
  while (json[at] === BACKSLASH && json[at + 1] === LETTER_U) at += UNICODE_LENGTH;
  return at;
}

function codeUnits(json: Buffer, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at += UNICODE_LENGTH) {
    text += String.fromCharCode(Number.parseInt(json.toString('latin1', at + 2, at + UNICODE_LENGTH), 16));
  }
  return text;
}
