import { simulate } from '../../testing/simulation/simulation.js';

const SCHEDULES = 300;

describe('the five moments', () => {
  it(`hold in ${SCHEDULES} random schedules of crashes, lost answers, lost tickets and outages`, async () => {
    let recorded = 0;
    for (let seed = 1; seed <= SCHEDULES; seed++) {
      const { broken, taskResults } = await simulate(seed);
      expect({ seed, broken }).toEqual({ seed, broken: [] });
      recorded += taskResults.length;
    }
    expect(recorded).toBeGreaterThan(2 * SCHEDULES);
  }, 300_000);

  it('repeat themselves: a seed is a schedule', async () => {
    const [first, second] = await Promise.all([7, 7].map((seed) => simulate(seed, { tells: true })));
    expect(first?.story.length).toBeGreaterThan(20);
    expect(first).toEqual(second);
  });
});
