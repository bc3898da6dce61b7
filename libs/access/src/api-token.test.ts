import { API_TOKEN_BYTES, apiToken, apiTokenHash, isApiToken } from './index.js';

const random = (seed: number): Uint8Array =>
  new Uint8Array(API_TOKEN_BYTES).map((_, index) => (seed * 31 + index * 17) % 256);

describe('API tokens', () => {
  it('carry a prefix, 30 characters and a checksum', () => {
    expect(apiToken(random(1))).toMatch(/^rungate_[0-9A-Za-z]{36}$/);
    expect(apiToken(random(1))).not.toBe(apiToken(random(2)));
    expect(apiToken(new Uint8Array(API_TOKEN_BYTES))).toMatch(/^rungate_0{30}[0-9A-Za-z]{6}$/);
  });

  it('are told from texts with a typing error in any place', () => {
    const token = apiToken(random(3));
    expect(isApiToken(token)).toBe(true);
    for (let place = 0; place < token.length; place++) {
      const other = token[place] === 'x' ? 'y' : 'x';
      expect([place, isApiToken(token.slice(0, place) + other + token.slice(place + 1))]).toEqual([place, false]);
    }
  });

  it('are stored as their SHA-256', () => {
    expect(apiTokenHash('rungate_').toString('hex')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('need enough chance', () => {
    expect(() => apiToken(new Uint8Array(16))).toThrow('32 random bytes');
  });
});
