import { Simulation, type Fate } from '../../testing/simulation.js';

const SCHEDULES = 40;

/** What must hold of every task result that was recorded, whatever happened to it. */
function violations({ row, called }: Fate, callerWasReachable: boolean): readonly string[] {
  const { taskResult, deliveries, grant, results } = row;
  const firstFinal = called.arrivals.findIndex(({ status }) => status !== 'running');
  const finals = called.arrivals.filter(({ status }) => status !== 'running');
  const verdict = 'verdict' in taskResult ? taskResult.verdict : null;
  const rules: Readonly<Record<string, boolean>> = {
    'it ends': taskResult.state === 'delivered' || taskResult.state === 'undeliverable',
    'its token is erased': grant === null,
    'it has one final delivery': deliveries.filter(({ kind }) => kind === 'final').length === 1,
    'each check has one result': new Set(results.map(({ name }) => name)).size === results.length,
    'no check is kept as aborted': results.every(({ failure }) => failure !== 'aborted'),
    'all final callbacks say its verdict': finals.every(({ status }) => status === verdict),
    'no progress comes after a final callback':
      firstFinal === -1 || called.arrivals.slice(firstFinal).every(({ status }) => status !== 'running'),
    'the caller hears in time': !callerWasReachable || finals[0]?.inTime === true,
    'nobody is heard by a caller that is away': callerWasReachable || finals.length === 0,
  };
  return Object.keys(rules).filter((rule) => rules[rule] === false);
}

describe('the five moments', () => {
  it(`hold in ${SCHEDULES} random schedules of crashes, lost answers, lost tickets and outages`, async () => {
    let recorded = 0;
    for (let seed = 1; seed <= SCHEDULES; seed++) {
      const simulation = new Simulation(seed);
      const fates = await simulation.run();
      const broken = fates.flatMap((fate) => violations(fate, simulation.reachable).map((rule) => [fate.row.id, rule]));
      const known = new Set(fates.map(({ row }) => row.accepted.request.grant.callbackUrl));
      const forgotten = [...simulation.acknowledged].filter((url) => !known.has(url));
      expect({ seed, broken, forgotten, twice: fates.length - known.size }).toEqual({
        seed,
        broken: [],
        forgotten: [],
        twice: 0,
      });
      recorded += fates.length;
    }
    expect(recorded).toBeGreaterThan(2 * SCHEDULES);
  }, 60_000);

  it('repeat themselves: a seed is a schedule', async () => {
    const runs = await Promise.all([new Simulation(7).run(), new Simulation(7).run()]);
    const [first, second] = runs.map((fates) => fates.map(({ row, called }) => [row.taskResult, called.arrivals]));
    expect(first).toEqual(second);
  });
});
