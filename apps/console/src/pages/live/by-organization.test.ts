import { byOrganization } from './by-organization.js';

const rows = ['globex 1', 'acme 2', 'globex 3', 'initech 4', 'acme 5'].map((name) => {
  const [organization = '', id = ''] = name.split(' ');
  return { id, organization };
});

describe('the board by organization', () => {
  it('shows the organization of the most urgent row first, each with its rows in order and their number', () => {
    const grouped = byOrganization(rows);
    expect(grouped.rows.map(({ id }) => id)).toEqual(['1', '3', '2', '5', '4']);
    expect([...grouped.counts]).toEqual([
      ['1', 2],
      ['2', 2],
      ['4', 1],
    ]);
  });
});
