/**
 * One encoder per exit. Text from plans, payloads, plugins and organizations is untrusted; an exit takes only the type
 * that its encoder makes, so a text that was not encoded does not compile.
 */
declare const exit: unique symbol;

/** Safe where plain text is shown: no control, bidi or zero-width characters, no line breaks. */
export type Plain = string & { readonly [exit]: 'plain' };
/** Safe in a document that is rendered as markdown: untrusted parts are code spans. */
export type Markdown = string & { readonly [exit]: 'markdown' };
/** Terraform configuration: untrusted parts are quoted strings that hold no interpolation. */
export type Hcl = string & { readonly [exit]: 'hcl' };
/** A POSIX shell script: untrusted parts are single-quoted words. */
export type Shell = string & { readonly [exit]: 'shell' };

/** A line of comma-separated values: no cell is a formula of the program that opens it. */
export type Csv = string & { readonly [exit]: 'csv' };

/** Longest untrusted text in a code span, characters. */
const SPAN_LIMIT = 200;

// Controls, separators of lines, annotations, and what Unicode says is not to be seen: zero-width, bidi, fillers, tags.
// The variation selectors stay: emoji are made with them.
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\uFFF9-\uFFFB]|(?![\uFE00-\uFE0F])\p{Default_Ignorable_Code_Point}/gu;

/** The **plain** exit: a message, an error title, a terminal line. */
export function plainText(untrusted: string, limit = Number.POSITIVE_INFINITY): Plain {
  return asPlain(shortLine(untrusted, limit));
}

/** Tagged template for the plain exit: the literal parts are ours, every value is encoded. */
export function plain(literals: TemplateStringsArray, ...values: readonly (string | number)[]): Plain {
  return asPlain(interleave(literals, values, (value) => plainText(String(value))));
}

/** The **markdown** exit: a code span that cannot be left, at most 200 characters. */
export function codeSpan(untrusted: string): Markdown {
  const text = shortLine(untrusted, SPAN_LIMIT)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return asMarkdown(`${fence} ${text === '' ? '(empty)' : text} ${fence}`);
}

/** Tagged template for the markdown exit: the literal parts are ours, every value becomes a code span. */
export function markdown(literals: TemplateStringsArray, ...values: readonly (string | number)[]): Markdown {
  return asMarkdown(interleave(literals, values, (value) => codeSpan(String(value))));
}

/** Paragraphs of one markdown document. */
export function markdownBlocks(blocks: readonly Markdown[]): Markdown {
  return asMarkdown(blocks.join('\n\n'));
}

/** What a reader of a markdown document of ours sees of it, as plain text: the spans without fences, nothing bold. */
export function shownText(document: Markdown): string {
  return document
    .split('\n')
    .map((line) =>
      line.replace(
        /(`+) (.*?) \1(?!`)|\*\*(.*?)\*\*/g,
        (_whole, _fence, span?: string, bold?: string) => bold ?? unescaped(span ?? ''),
      ),
    )
    .join('\n');
}

function unescaped(span: string): string {
  return span.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** What stands in Terraform configuration as a value of its own: a string, a number, a boolean, a list of strings. */
export type HclValue = string | number | boolean | readonly string[];

/** Tagged template for the **HCL** exit: the literal parts are ours, every value is written as HCL writes it. */
export function hcl(literals: TemplateStringsArray, ...values: readonly HclValue[]): Hcl {
  return asHcl(interleave(literals, values, hclValue));
}

/** Tagged template for the **shell** exit: the literal parts are ours, every value becomes one single-quoted word. */
export function shell(literals: TemplateStringsArray, ...values: readonly string[]): Shell {
  return asShell(interleave(literals, values, shellWord));
}

/** The **CSV** exit (RFC 4180): one line of cells, each quoted, on one line, and none that a spreadsheet computes (OWASP, "CSV Injection"). */
export function csvLine(cells: readonly (string | number | null)[]): Csv {
  return asCsv(`${cells.map(csvCell).join(',')}\r\n`);
}

/** Pieces of one text of the same exit, each on lines of its own. */
export function joinLines<Exit extends Markdown | Hcl | Shell>(pieces: readonly Exit[]): Exit;
export function joinLines(pieces: readonly string[]): string {
  return pieces.join('\n');
}

/** Cuts at a limit without splitting a character, and says so with an ellipsis. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${Array.from(text.slice(0, limit)).slice(0, -1).join('')}…`;
}

/** What Postgres' jsonb cannot hold, NUL and lone surrogates, becomes U+FFFD. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD');
}

/** Looks at no more than may be needed of a text that could be megabytes: joining lines makes it shorter. */
function shortLine(untrusted: string, limit: number): string {
  const most = limit * 2;
  return clip(untrusted.length > most ? `${oneLine(untrusted.slice(0, most))}…` : oneLine(untrusted), limit);
}

function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\r\n\t\u0085\u2028\u2029]+/g, ' ')
    .replace(UNPRINTABLE, '\uFFFD')
    .trim();
}

/** Braces after a dollar or a percent sign begin an interpolation unless that sign is doubled (HCL, "Template literals"). */
function hclValue(value: HclValue): string {
  if (typeof value === 'object') return `[${value.map(hclValue).join(', ')}]`;
  if (typeof value !== 'string') return String(value);
  const escaped = oneLine(value)
    .replace(/["\\]/g, String.raw`\$&`)
    .replace(/[$%](?=\{)/g, '$&$&');
  return `"${escaped}"`;
}

/** Within single quotes nothing is special but the quote itself (POSIX, "Single-Quotes"). */
function shellWord(value: string): string {
  return `'${oneLine(value).replaceAll("'", String.raw`'\''`)}'`;
}

function csvCell(value: string | number | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const text = oneLine(value);
  return `"${/^[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/.test(text) ? "'" : ''}${text.replaceAll('"', '""')}"`;
}

function interleave<Value>(
  literals: TemplateStringsArray,
  values: readonly Value[],
  encode: (value: Value) => string,
): string {
  return String.raw({ raw: literals }, ...values.map(encode));
}

// A brand exists only in types: these are the only places that make one.
/* eslint-disable @typescript-eslint/consistent-type-assertions */
function asPlain(encoded: string): Plain {
  return encoded as Plain;
}

function asMarkdown(encoded: string): Markdown {
  return encoded as Markdown;
}

function asCsv(encoded: string): Csv {
  return encoded as Csv;
}

function asHcl(encoded: string): Hcl {
  return encoded as Hcl;
}

function asShell(encoded: string): Shell {
  return encoded as Shell;
}
/* eslint-enable @typescript-eslint/consistent-type-assertions */
