import { createHmac } from 'node:crypto';
import { findSigner, hmacKey, isSignature } from './signature.js';

const body = Buffer.from('{"stage":"post_plan"}');
const signed = (secret: string): string => createHmac('sha512', secret).update(body).digest('hex');

describe('signature', () => {
  it('accepts the signature of a known vector', () => {
    const known = Buffer.from(
      '{"plan_json_api_url": "https://localhost:8080/api/v1/plan", "organization_name": "00000", "stage": "test", "workspace_name": "00000"}',
    );
    const signature =
      'b7832ce69b791e39105e50ca55039aede4778caec8e24a20c2f6acaa5274e397cef80a450b44acd6fcc62517784ae970021c338314301c5f39e7ae579db29249';
    expect(hmacKey('k', 'secret').verify(known, signature)).toBe(true);
    expect(hmacKey('k', 'secret').verify(known, signature.toUpperCase())).toBe(true);
  });

  it('finds which of several keys signed', () => {
    const keys = [hmacKey('new', 'a'.repeat(32)), hmacKey('old', 'b'.repeat(32))];
    expect(findSigner(keys, body, signed('b'.repeat(32)))?.id).toBe('old');
    expect(findSigner(keys, body, signed('c'.repeat(32)))).toBeNull();
  });

  it('refuses a signature over other bytes, and anything that is not 128 hex digits', () => {
    const key = hmacKey('k', 'secret');
    expect(key.verify(Buffer.from('{}'), signed('secret'))).toBe(false);
    for (const header of ['', 'ab', `${signed('secret')}0`, 'z'.repeat(128), undefined, [signed('secret')]]) {
      expect(isSignature(header)).toBe(false);
    }
    expect(key.verify(body, 'ab')).toBe(false);
    expect(isSignature(signed('secret'))).toBe(true);
  });
});
