import { canonicalJson, jsonText } from './json-text.js';

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

describe('canonicalJson', () => {
  it('is the same for equal content in any order', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe(canonicalJson({ a: null, b: [{ c: 2, d: 1 }] }));
    expect(canonicalJson({ a: [1, 2] })).not.toBe(canonicalJson({ a: [2, 1] }));
  });
});
