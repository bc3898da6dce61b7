import { spawnSync } from 'node:child_process';
import { HOSTILE_CASES, HOSTILE_CHARACTERS, HOSTILE_TEXTS } from '../../testing/hostile-texts.js';
import { markdownParts } from '../../testing/markdown.js';
import {
  clip,
  codeSpan,
  csvLine,
  hcl,
  joinLines,
  markdown,
  markdownBlocks,
  plain,
  plainText,
  shell,
  shownText,
  storable,
} from './text.js';

/** Control, separator, bidi, zero-width and other characters that are not seen; spelled out, not taken from the code. */
const UNSEEN = new Set(HOSTILE_CHARACTERS.map((character) => character.codePointAt(0)));
const unseen = (text: string): readonly string[] =>
  Array.from(text).filter((character) => UNSEEN.has(character.codePointAt(0)));

it('the corpus has a hundred hostile texts and more', () => {
  expect(new Set(HOSTILE_TEXTS).size).toBeGreaterThan(100);
});

describe('plainText', () => {
  it.each(HOSTILE_CASES)('leaves nothing unseen in %j', (_, text) => {
    for (const encoded of [plainText(text), plainText(text, 200), plain`said ${text}.`]) {
      expect(unseen(encoded)).toEqual([]);
      expect(encoded.isWellFormed()).toBe(true);
      expect(encoded).not.toMatch(/[\r\n]/);
    }
    expect(plainText(text, 200).length).toBeLessThanOrEqual(200);
  });

  it('keeps the words of every language and emoji as they are', () => {
    const text = 'Größe 大きさ حجم मात्रा ❤️ — <b> & `code`';
    expect(plainText(text)).toBe(text);
  });

  it('makes one line of many', () => {
    expect(plainText('  one\r\n\ttwo\u2028three\n')).toBe('one two three');
  });

  it('encodes values, not the text around them', () => {
    expect(plain`checked ${3} of "${'a\u0007b'}"`).toBe('checked 3 of "a\uFFFDb"');
  });
});

describe('markdown', () => {
  it.each(HOSTILE_CASES)('keeps %j inside of a code span', (_, text) => {
    const document = markdownBlocks([markdown`**Why** ${text}`, markdown`**Rule** ${text} and ${text}.`]);
    const { spans, outside } = markdownParts(document);
    expect(outside).toBe('**Why** ·\n\n**Rule** · and ·.');
    for (const { fence, content } of spans) {
      const runs = [...content.matchAll(/`+/g)].map(([run]) => run.length);
      expect(Math.max(0, ...runs)).toBeLessThan(fence.length);
      expect(content).toMatch(/^ .*\S.* $/);
      expect(content).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      expect(unseen(content)).toEqual([]);
      expect(content.isWellFormed()).toBe(true);
    }
  });

  it.each(HOSTILE_CASES)('is shown with %j as it was', (_, text) => {
    const shown = plainText(text, 200) === '' ? '(empty)' : plainText(text, 200);
    expect(shownText(markdownBlocks([markdown`**Why** ${text}`, markdown`**Rule** a`]))).toBe(`Why ${shown}\n\nRule a`);
  });

  it('shows an empty text as such', () => {
    expect(codeSpan(' \n ')).toBe('` (empty) `');
  });

  it('shows at most 200 characters of a text', () => {
    expect(codeSpan('x'.repeat(201))).toBe(`\` ${'x'.repeat(199)}… \``);
    expect(codeSpan('x'.repeat(200))).toBe(`\` ${'x'.repeat(200)} \``);
  });

  it('takes numbers', () => {
    expect(markdown`${2} findings`).toBe('` 2 ` findings');
  });
});

describe('hcl', () => {
  it.each(HOSTILE_CASES)('keeps %j inside of a string without interpolation', (_, text) => {
    const { strings, outside } = hclParts(hcl`name = ${text}\ntags = ${[text, 'b']}\n`);
    expect(outside).toBe('name = ·\ntags = [·, ·]\n');
    expect(strings).toEqual([plainText(text), plainText(text), 'b']);
  });

  // Each was evaluated by Terraform 1.11 with the result that stands beside it.
  it.each([
    ['${file("/etc/passwd")}', '"$${file(\\"/etc/passwd\\")}"'],
    ['%{ for x in y }', '"%%{ for x in y }"'],
    ['$${a} %%{b} $$${c}', '"$$${a} %%%{b} $$$${c}"'],
    ['ends with $', '"ends with $"'],
    ['$$ { 100% {', '"$$ { 100% {"'],
    ['a\\${b}', '"a\\\\$${b}"'],
  ])('writes %j as %s', (text, written) => {
    expect(hcl`${text}`).toBe(written);
  });

  it('writes numbers, booleans and lists as they are', () => {
    expect(hcl`${3} ${true} ${[]} ${['a', 'b']}`).toBe('3 true [] ["a", "b"]');
  });
});

describe('shell', () => {
  it('keeps every text inside of one word', () => {
    const words = HOSTILE_CASES.map(([, text]) => shell`printf '%s\\0' ${text}`);
    const { stdout, status, stderr } = spawnSync('sh', { input: joinLines(words), encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\0').slice(0, -1)).toEqual(HOSTILE_CASES.map(([, text]) => plainText(text)));
  });
});

describe('csv', () => {
  it.each(HOSTILE_CASES)('keeps %j in one cell that computes nothing', (_, text) => {
    const line = csvLine([text, 7, null]);
    expect(line).toMatch(/^"(?:[^"\r\n]|"")*",7,\r\n$/);
    expect(line.slice(1)).not.toMatch(/^\s*[=+\-@\t\r\n]/);
  });
});

describe('a text of megabytes', () => {
  it.each([
    ['x', `${'x'.repeat(19)}…`],
    ['\n', ''],
    ['\uD800', `${'\uFFFD'.repeat(19)}…`],
    ['x\n', `${'x '.repeat(9)}x…`],
  ])('is cut like a shorter one: %j', (unit, shown) => {
    expect(plainText(unit.repeat(1_000_000), 20)).toBe(shown || '…');
  });
});

describe('clip', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['', 3, ''],
    ['😀😀😀', 5, '😀😀…'],
    ['😀😀😀', 4, '😀…'],
    ['x😀😀😀', 4, 'x😀…'],
  ])('cuts %j at %d to %j', (text, limit, cut) => {
    expect(clip(text, limit)).toBe(cut);
  });

  it('never splits a character and never passes the limit', () => {
    const text = 'a😀é👩‍👧b'.repeat(3);
    for (let limit = 1; limit <= text.length + 1; limit++) {
      const cut = clip(text, limit);
      expect(cut.isWellFormed()).toBe(true);
      expect(cut.length).toBeLessThanOrEqual(limit);
    }
  });
});

describe('storable', () => {
  it('replaces only what jsonb cannot hold', () => {
    expect(storable('a\u0000\uD800\u0007\n😀')).toBe('a\uFFFD\uFFFD\u0007\n😀');
  });
});

/** What HCL text says: its strings, unescaped by the rules of the language, and the text around them. */
function hclParts(text: string): { readonly strings: readonly string[]; readonly outside: string } {
  const strings: string[] = [];
  const outside = text.replaceAll(/"((?:[^"\\]|\\.)*)"/g, (_whole, inner: string) => {
    // Alternatives in the order in which the language's scanner knows them.
    const parts = inner.match(/\$\$\{|%%\{|[$%](?!\{)|\\["\\]|[^$%"\\]/g) ?? [];
    expect(parts.join('')).toBe(inner);
    strings.push(parts.map((part) => (/^([$%])\1\{$/.test(part) ? part.slice(1) : part.replace(/^\\/, ''))).join(''));
    return '·';
  });
  return { strings, outside };
}
