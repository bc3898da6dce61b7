import { SecretMatcher } from './secret-matcher.js';

describe('SecretMatcher', () => {
  it('masks a secret wherever it stands in a text', () => {
    const secrets = new SecretMatcher(['hunter2-hunter2']);
    expect(secrets.mask('postgres://u:hunter2-hunter2@db/x?p=hunter2-hunter2')).toBe(
      'postgres://u:(sensitive value)@db/x?p=(sensitive value)',
    );
    expect(secrets.mask('hunter2-hunter')).toBe('hunter2-hunter');
  });

  it('masks the longest of several that begin alike', () => {
    const secrets = new SecretMatcher(['password', 'password-1', 'password-12']);
    expect(secrets.mask('password-123 password-2')).toBe('(sensitive value)3 (sensitive value)-2');
  });

  it('finds secrets of any characters, also right behind a near miss', () => {
    const secrets = new SecretMatcher(['größe-漢字😀!', 'aaaaaaab']);
    expect(secrets.mask('x größe-漢字😀! y')).toBe('x (sensitive value) y');
    expect(secrets.mask('aaaaaaaaaaab')).toBe('aaaa(sensitive value)');
  });

  it('leaves short secrets alone: they are words', () => {
    const secrets = new SecretMatcher(['short', '1234567']);
    expect(secrets.isEmpty).toBe(true);
    expect(secrets.mask('a short 1234567')).toBe('a short 1234567');
  });

  it('agrees with a plain search over many random texts', () => {
    let state = 7;
    const letter = (): string => 'ab-'[(state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % 3] ?? 'a';
    const word = (length: number): string => Array.from({ length }, letter).join('');
    for (let round = 0; round < 300; round++) {
      const secrets = Array.from({ length: 12 }, (_, n) => word(8 + (n % 4)));
      const text = word(400);
      const matcher = new SecretMatcher(secrets);
      const isThere = secrets.some((secret) => text.includes(secret));
      const masked = matcher.mask(text);
      expect(masked !== text).toBe(isThere);
      expect(matcher.mayHold(Buffer.from(text)) || !isThere).toBe(true);
      for (const part of masked.split('(sensitive value)')) {
        expect(secrets.filter((secret) => part.includes(secret))).toEqual([]);
      }
    }
  });
});
