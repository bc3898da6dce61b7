import { Bulkhead } from './bulkhead.js';

const limits = { total: 10, perOrigin: 4, perOrganization: 3 };
const NOBODY = { organizationIds: [], origins: [] };

/** How many of these get in. */
function entered(bulkhead: Bulkhead, places: readonly [string, string][]): number {
  return places.filter(([organizationId, origin]) => bulkhead.enter({ organizationId, origin }) !== null).length;
}

describe('a bulkhead', () => {
  it('gives an organization with a thousand hosts no more places than one with a single host', () => {
    const bulkhead = new Bulkhead(limits);
    expect(
      entered(
        bulkhead,
        Array.from({ length: 1_000 }, (_, n) => ['tarpit', `https://host-${n}.example`]),
      ),
    ).toBe(3);
    expect(bulkhead.full()).toEqual({ organizationIds: ['tarpit'], origins: [] });
    expect(entered(bulkhead, [['quiet', 'https://host-1.example']])).toBe(1);
  });

  it('gives a host no more places than its own, however many organizations share it', () => {
    const bulkhead = new Bulkhead(limits);
    expect(
      entered(
        bulkhead,
        Array.from({ length: 50 }, (_, n) => [`o-${n}`, 'https://slow.example']),
      ),
    ).toBe(4);
    expect(bulkhead.full()).toEqual({ organizationIds: [], origins: ['https://slow.example'] });
    expect(entered(bulkhead, [['o-1', 'https://other.example']])).toBe(1);
  });

  it('has no more places than it has', () => {
    const bulkhead = new Bulkhead(limits);
    expect(
      entered(
        bulkhead,
        Array.from({ length: 50 }, (_, n) => [`o-${n}`, `https://${n}.example`]),
      ),
    ).toBe(10);
  });

  it('takes a place back once, however often it is given back', () => {
    const bulkhead = new Bulkhead({ ...limits, perOrganization: 2 });
    const place = { organizationId: 'o', origin: 'https://a.example' };
    const leave = bulkhead.enter(place);
    bulkhead.enter(place);
    expect(bulkhead.enter(place)).toBeNull();
    leave?.();
    leave?.();
    expect(bulkhead.full()).toEqual(NOBODY);
    expect(
      entered(bulkhead, [
        ['o', 'https://a.example'],
        ['o', 'https://a.example'],
      ]),
    ).toBe(1);
  });
});
