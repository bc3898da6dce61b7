import { unescapeJson } from './unescape.js';

describe('unescapeJson', () => {
  it('resolves every escape, and leaves the rest as it is', () => {
    const json = String.raw`{"a\u0062":"\"\\\/\b\f\n\r\t \u00fc\u6f22 \ud83d\ude00 ü"}`;
    expect(unescapeJson(Buffer.from(json)).toString()).toBe('{"ab":""\\/\b\f\n\r\t ü漢 😀 ü"}');
  });

  it('writes what JavaScript writes for half a surrogate pair', () => {
    const json = String.raw`"\ud83d \ude00"`;
    expect(unescapeJson(Buffer.from(json)).toString()).toBe('"\uFFFD \uFFFD"');
  });

  it('ends with the text, whatever the text ends with', () => {
    for (const json of ['"\\', '"\\u', '"\\u00', '\\u0041\\']) {
      expect(unescapeJson(Buffer.from(json)).length).toBeLessThanOrEqual(8);
    }
  });
});
