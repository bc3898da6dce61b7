import { plainText } from '@rungate/run-task';

/** Longest cell, characters; the last of a row may be longer. */
const MOST_CHARACTERS = 60;
const LAST_CHARACTERS = 300;

/** Rows under their headings. Cells are texts of others: each is encoded for terminals. */
export function table(headings: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const lines = [headings, ...rows].map((row) => row.map((cell, at) => shown(cell, at === headings.length - 1)));
  const widths = headings.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** Names and values, one a line. Values are texts of others: each is encoded for terminals. */
export function fields(values: readonly (readonly [name: string, value: string | number | null])[]): string {
  const width = Math.max(...values.map(([name]) => name.length));
  return values.map(([name, value]) => `${name.padEnd(width)}  ${shown(value, true)}\n`).join('');
}

function shown(cell: string | number | null, isLast: boolean): string {
  if (cell === null || cell === '') return '–';
  return plainText(String(cell), isLast ? LAST_CHARACTERS : MOST_CHARACTERS);
}
