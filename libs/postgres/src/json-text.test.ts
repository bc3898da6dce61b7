import { jsonText } from './json-text.js';

describe('jsonText', () => {
  it.each([
    ['NUL', 'a\u0000b', 'a\uFFFDb'],
    ['a lone high surrogate', 'a\ud800b', 'a\uFFFDb'],
    ['a lone low surrogate', '\udfff', '\uFFFD'],
    ['a pair', '\u{1F600}', '\u{1F600}'],
    ['what only looks like an escape', '\\u0000 \\\\ud800', '\\u0000 \\\\ud800'],
  ])('stores %s', (_what, text, stored) => {
    expect(JSON.parse(jsonText({ [text]: [text] }))).toEqual({ [stored]: [stored] });
  });
});
