import { mayHoldMark } from './marks.js';

const holds = (json: string): boolean => mayHoldMark(Buffer.from(json));

describe('mayHoldMark', () => {
  it.each([
    '{"after_sensitive":true}',
    '{"sensitive_values" : { "tags": {}, "list": [ false, {"k}":true} ] }}',
    '{"before_sensitive":{"a\\"b}]":{},"p":true},"after_sensitive":{}}',
    '{"x":"sensitive","config_sensitive":[[],true]}',
    '{"sensitive":\n true,"value":1}',
    '{"\\u0073ensitive":true}',
    '{"after\\u005fsensitive":true}',
  ])('sees the mark in %s', (json) => {
    expect(holds(json)).toBe(true);
  });

  it.each([
    '{"after_sensitive":false,"before_sensitive":{},"other":true}',
    '{"sensitive_values":{"tags":{},"true":[{},false]},"x":[true]}',
    '{"policy":"{\\"sensitive\\":true}","u":"\\u003ctrue\\u003e","note":"sensitive"}',
    '{"after_sensitive":{"tr":{}}',
    '{"after_sensitive',
  ])('sees none in %s', (json) => {
    expect(holds(json)).toBe(false);
  });
});
