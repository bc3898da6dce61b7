import { fieldsOf, queryOf } from './filters.js';

describe('filters of task results', () => {
  it('ask for whole days of UTC, the last one included', () => {
    expect(queryOf({ since: '2026-11-20', until: '2026-11-20', verdict: 'failed' })).toEqual({
      verdict: 'failed',
      since: new Date('2026-11-20T00:00:00Z'),
      until: new Date('2026-11-21T00:00:00Z'),
    });
    expect(queryOf({ q: 'run-1' })).toEqual({ q: 'run-1' });
  });

  it('show the rare ones only while they ask for something', () => {
    const names = (filter: Parameters<typeof fieldsOf>[0]) => fieldsOf(filter, 'acme').map(({ name }) => name);
    expect(names({})).not.toContain('runTask');
    expect(names({ runTask: 'guard' })).toContain('runTask');
  });

  it('offer no other organization within one', () => {
    expect(fieldsOf({}, 'acme').map(({ name }) => name)).not.toContain('organization');
    expect(fieldsOf({}, null).map(({ name }) => name)).toContain('organization');
  });
});
