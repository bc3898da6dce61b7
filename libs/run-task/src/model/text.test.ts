import { HOSTILE_CASES, HOSTILE_CHARACTERS, HOSTILE_TEXTS } from '../../testing/hostile-texts.js';
import { markdownParts } from '../../testing/markdown.js';
import { clip, codeSpan, markdown, markdownBlocks, plain, plainText, storable } from './text.js';

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
