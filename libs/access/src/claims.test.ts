import { matchesClaim, mergedClaims } from './index.js';

const [mine, verified] = [{ email: 'a@acme.example' }, { email_verified: true }];
const rule = { claim: 'email', value: 'a@acme.example' };

describe('what an ID token and the userinfo say together', () => {
  it('is what is signed, where both say it', () => {
    expect(mergedClaims({ sub: '1', name: 'Ada' }, { sub: '1', name: 'Eve', groups: ['a'] })).toEqual({
      sub: '1',
      name: 'Ada',
      groups: ['a'],
    });
  });

  it.each([
    ['the ID token', { ...mine, ...verified }, { email: 'other@acme.example' }],
    ['the userinfo', {}, { ...mine, ...verified }],
  ])('names an address that %s has verified', (_, signed, userinfo) => {
    expect(matchesClaim(mergedClaims(signed, userinfo), rule)).toBe(true);
  });

  it.each([
    ['an address of the ID token by the word of the userinfo', mine, { email: 'other@acme.example', ...verified }],
    ['an address of the ID token by the bare word of the userinfo', mine, verified],
    ['an address of the userinfo by the word of the ID token', verified, mine],
  ])('does not take %s', (_, signed, userinfo) => {
    expect(matchesClaim(mergedClaims(signed, userinfo), rule)).toBe(false);
  });
});
