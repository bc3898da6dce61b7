import { createHmac } from 'node:crypto';
import { diagnose, diagnoseHeader, misreadings, type Suspect } from './diagnosis.js';
import { hmacKey } from './signature.js';

const SECRET = 'deadbeef'.repeat(8);
const BODY = Buffer.from('{"payload_version":1}');
const sign = (key: string | Buffer, body: Uint8Array = BODY): string =>
  createHmac('sha512', key).update(body).digest('hex');
const suspect = (secret: string, changes: Partial<Suspect> = {}): Suspect => ({
  isOwn: true,
  runTask: 'guard',
  fingerprint: 'ab12cd34',
  revokedAt: null,
  key: hmacKey('key', secret),
  misread: misreadings('key', secret),
  ...changes,
});

describe('a refused signature is diagnosed', () => {
  it.each([
    ['a line break after the key', SECRET, `${SECRET}\n`, 'key_with_blanks'],
    ['a line break of Windows', SECRET, `${SECRET}\r\n`, 'key_with_blanks'],
    ['blanks around the key', SECRET, ` ${SECRET}`, 'key_with_blanks'],
    ['quotes around the key', SECRET, `"${SECRET}"`, 'key_with_blanks'],
    ['a key whose own blanks were cut off', ` ${SECRET}\n`, SECRET, 'key_with_blanks'],
    ['the bytes that hex spells', SECRET, Buffer.from(SECRET, 'hex'), 'key_read_as_hex'],
    [
      'the bytes that base64 spells',
      'c2VjcmV0LXNlY3JldC1zZWNyZXQtMTIzNDU2',
      Buffer.from('secret-secret-secret-123456'),
      'key_read_as_base64',
    ],
    ['another key', SECRET, 'something else', 'unknown'],
  ])('as signed with %s', (_what, secret, used, cause) => {
    const diagnosis = diagnose([suspect(secret)], BODY, sign(used));
    expect(diagnosis?.cause).toBe(cause);
    expect(diagnosis?.detail).not.toContain(secret);
  });

  it('as signed with a key that has ended, saying which and when', () => {
    const revokedAt = new Date('2026-11-20T10:00:00.000Z');
    expect(diagnose([suspect(SECRET, { revokedAt })], BODY, sign(SECRET))).toEqual({
      cause: 'revoked_key',
      detail: 'Signed with the HMAC key ab12cd34, which ended at 2026-11-20T10:00:00.000Z. Enter the newest key.',
    });
  });

  it('as signed with the key of another run task, saying whose; its misreadings are not tried', () => {
    const other = suspect('o'.repeat(40), { isOwn: false, runTask: 'other', fingerprint: '99999999' });
    expect(diagnose([suspect(SECRET), other], BODY, sign('o'.repeat(40)))).toMatchObject({
      cause: 'key_of_another_run_task',
      detail: expect.stringContaining('99999999 of the run task other') as string,
    });
    expect(diagnose([suspect(SECRET), other], BODY, sign(`${'o'.repeat(40)}\n`))?.cause).toBe('unknown');
  });

  it('as nothing when a key that counts did sign it', () => {
    expect(diagnose([suspect(SECRET)], BODY, sign(SECRET))).toBeNull();
  });

  it('as unknown when other bytes were signed, or the body is large', () => {
    expect(diagnose([suspect(SECRET)], BODY, sign(`${SECRET}\n`, Buffer.from('{}')))?.cause).toBe('unknown');
    const large = Buffer.alloc(70_000, 'x');
    expect(diagnose([suspect(SECRET)], large, sign(`${SECRET}\n`, large))?.cause).toBe('unknown');
  });

  it('by its header alone where that is no signature', () => {
    expect(diagnoseHeader(undefined).cause).toBe('unsigned');
    expect(diagnoseHeader('').cause).toBe('unsigned');
    expect(diagnoseHeader('sha256=abc')).toMatchObject({
      cause: 'unknown',
      detail: expect.stringMatching(/128 hex/) as string,
    });
  });
});
