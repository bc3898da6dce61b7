import { PLANTED_BUGS } from './planted-bugs.js';
import { simulate } from './simulation.js';

/** More than the most that any of them needed, by far. */
const SEEDS = 400;

describe('the simulation finds', () => {
  it.each(Object.entries(PLANTED_BUGS))(
    '%s',
    async (_name, bug) => {
      for (let seed = 1; seed <= SEEDS; seed++) {
        const { broken } = await simulate(seed, { bug });
        if (broken.some((line) => bug.foundBy.test(line))) return;
      }
      throw new Error(`not found in ${SEEDS} seeds`);
    },
    300_000,
  );
});
