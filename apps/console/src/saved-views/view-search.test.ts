import { addressOf, isShown, keptOf } from './view-search.js';

describe('the view of a page', () => {
  it('keeps its filters, and nothing else of the address', () => {
    const search = { verdict: 'failed', q: '', plan: 'graph', stage: 1, workspace: 'prod' };
    expect(keptOf('runs', search)).toEqual({ verdict: 'failed', workspace: 'prod' });
    expect(keptOf('audit', search)).toEqual({});
    expect(keptOf('audit', null)).toEqual({});
  });

  it('leads to the page that stands, by its filters alone', () => {
    const kept = { verdict: 'failed', workspace: 'a & b', next: 'https://elsewhere.example' };
    expect(addressOf('results', '/o/acme/results', kept)).toBe('/o/acme/results?verdict=failed&workspace=a+%26+b');
    expect(addressOf('live', '/live', {})).toBe('/live');
  });

  it('is shown when the page asks for the same, whatever the order', () => {
    expect(isShown('runs', { stage: 'post_plan', q: 'x' }, { q: 'x', stage: 'post_plan' })).toBe(true);
    expect(isShown('runs', { stage: 'post_plan' }, { q: 'x', stage: 'post_plan' })).toBe(false);
  });
});
