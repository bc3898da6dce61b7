import { readPattern } from './pattern.js';

/** Patterns that take a backtracking engine for ever, each with a text that makes it (OWASP and the RE2 test suite). */
const REDOS: readonly (readonly [string, string])[] = [
  ['(a+)+', 'a'.repeat(4_000) + '!'],
  ['([a-zA-Z]+)*', 'a'.repeat(4_000) + '!'],
  ['(a|aa)+', 'a'.repeat(4_000) + '!'],
  ['(a|a?)+', 'a'.repeat(4_000) + '!'],
  ['(.*a){12}', 'a'.repeat(4_000) + '!'],
  ['(x+x+)+y', 'x'.repeat(4_000)],
  ['([a-z]+.)+[A-Z]([a-z])+', 'a'.repeat(4_000) + '!'],
  ['(\\w+\\s?)+', 'word '.repeat(800) + '!'],
  ['\\s*\\s*\\s*\\s*x', ' '.repeat(4_000)],
  ['(.+)+@(.+)+\\.(.+)+', 'a'.repeat(4_000)],
  ['(\\d+)*\\.(\\d+)*\\.x', '1.'.repeat(2_000)],
  ['(a*)*b', 'a'.repeat(4_000)],
  ['(?:a?){30}a{30}', 'a'.repeat(29)],
  ['(((a*)*)*)*b', 'a'.repeat(4_000)],
];

describe('readPattern', () => {
  it.each(REDOS)('gives an answer for %s', (written, text) => {
    const read = readPattern(written, false);
    expect(read.ok && read.pattern.covers(text)).toBe(false);
  });

  it.each([
    ['a.c', 'abc', true],
    ['a.c', 'xabcx', false],
    ['^abc$', 'abc', true],
    ['^abc$', 'abc\n', false],
    ['[[:alpha:]]+', 'äb', false],
    ['\\p{L}+', 'äb', true],
    ['', '', true],
  ])('%s covers %j: %s', (written, text, covers) => {
    const read = readPattern(written, false);
    expect(read.ok && read.pattern.covers(text)).toBe(covers);
  });

  it.each([
    '(?:'.repeat(50) + 'a' + '){9}'.repeat(30),
    `(${'a|'.repeat(90)}b){200}`,
    '.{1000}'.repeat(20),
    'a{4001}',
    '(?:'.repeat(60),
    '[z-a]',
    '\\',
    '*',
    '(?P<n',
    '\\p{Nonsense}',
  ])('refuses %s before it can cost anything', (written) => {
    expect(readPattern(written, true)).toMatchObject({ ok: false });
  });
});
