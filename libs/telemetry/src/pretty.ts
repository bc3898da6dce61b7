const COLOURS: Readonly<Record<string, string>> = { info: '\u001b[36m', warn: '\u001b[33m', error: '\u001b[31m' };
const RESET = '\u001b[0m';

/** One JSON log line as a line for a terminal: time, level, moment, then `name=value`. */
export function formatLine(line: string): string {
  const { level, time, moment, ...fields } = parse(line);
  const colour = COLOURS[String(level)] ?? '';
  const clock = String(time).slice(11, 23);
  const facts = Object.entries(fields)
    .filter(([name]) => name !== 'pid')
    .map(([name, value]) => ` ${show(name)}=${show(String(value))}`);
  return `${clock} ${colour}${String(level)}${RESET} ${show(String(moment))}${facts.join('')}\n`;
}

function parse(line: string): Readonly<Record<string, unknown>> {
  const entry: unknown = JSON.parse(line);
  return typeof entry === 'object' && entry !== null ? { ...entry } : {};
}

// Text from plans and payloads must not move the cursor, colour the screen or begin a line of its own.
function show(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
