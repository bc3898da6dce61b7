import { organizationOf } from './plane.js';

const ID = '01943c60-0000-7000-8000-00000000000a';

describe('whose a row of sign-in is', () => {
  it('is told by both columns', () => {
    expect(organizationOf(ID, 'acme')).toEqual({ id: ID, slug: 'acme' });
    expect(organizationOf(null, null)).toBeNull();
  });

  it.each([
    [ID, null],
    [null, 'acme'],
    [ID, undefined],
    [undefined, undefined],
    [undefined, null],
  ])('is never the platform by what is missing: %s, %s', (id, slug) => {
    expect(() => organizationOf(id, slug)).toThrow('does not say whose it is');
  });
});
