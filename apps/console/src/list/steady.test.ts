import { steadyOf } from './steady.js';

const row = (key: string, at = 0) => ({ key, at });
const steady = (held: ReturnType<typeof row>[], items: ReturnType<typeof row>[]) =>
  steadyOf(held, items, ({ key }) => key);

describe('rows that are held', () => {
  it('stay in their order, each as it is now', () => {
    expect(steady([row('a'), row('b')], [row('b', 1), row('a', 1)]).rows).toEqual([row('a', 1), row('b', 1)]);
  });

  it('count what came and do not show it', () => {
    expect(steady([row('a')], [row('new'), row('a')])).toEqual({ rows: [row('a')], added: 1, gone: 0 });
  });

  it('keep what went, and count it', () => {
    expect(steady([row('a'), row('b')], [row('b')])).toEqual({ rows: [row('a'), row('b')], added: 0, gone: 1 });
  });
});
