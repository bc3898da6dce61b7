import { Samples } from './samples.js';

describe('which refused requests are looked into', () => {
  let now = 0;
  const samples = (): Samples => new Samples(() => now);
  beforeEach(() => (now = 0));

  it('one a minute for each hook, which stands for those between', () => {
    const chosen = samples();
    expect(chosen.take('a')).toBe(1);
    for (let index = 0; index < 7; index++) expect(chosen.take('a')).toBeNull();
    now = 59_999;
    expect(chosen.take('a')).toBeNull();
    now = 60_000;
    expect(chosen.take('a')).toBe(9);
  });

  it('two a second over all hooks', () => {
    const chosen = samples();
    const taken = Array.from({ length: 1_000 }, (_, index) => {
      now = index;
      return chosen.take(`hook-${index}`);
    });
    expect(taken.filter((count) => count !== null)).toHaveLength(2);
  });
});
