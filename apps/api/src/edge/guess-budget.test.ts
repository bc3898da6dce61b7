import { GuessBudget } from './guess-budget.js';

const [good, bad] = [new Uint8Array([1]), new Uint8Array([2])];

describe('what an address may guess', () => {
  let asked: number;
  const nothing = (): Promise<null> => {
    asked += 1;
    return Promise.resolve(null);
  };
  const something = () => Promise.resolve('somebody');
  beforeEach(() => (asked = 0));

  async function spend(budget: GuessBudget, address: string): Promise<void> {
    for (let miss = 0; miss < 300; miss++) await budget.lookUp(address, bad, nothing);
  }

  it('is bounded: beyond that the database is not asked', async () => {
    const budget = new GuessBudget();
    await spend(budget, '192.0.2.1');
    await expect(budget.lookUp('192.0.2.1', bad, nothing)).rejects.toMatchObject({
      code: 'too_many',
      options: { retryAfter: expect.any(Number) as number },
    });
    expect(asked).toBe(300);
    expect(await budget.lookUp('192.0.2.2', bad, nothing)).toBeNull();
  });

  it('keeps nobody out who was known a moment ago from behind the same address', async () => {
    const budget = new GuessBudget();
    await budget.lookUp('192.0.2.1', good, something);
    await spend(budget, '192.0.2.1');
    expect(await budget.lookUp('192.0.2.1', good, something)).toBe('somebody');
  });

  it('does not count what is found', async () => {
    const budget = new GuessBudget();
    for (let use = 0; use < 400; use++) await budget.lookUp('192.0.2.1', good, something);
    expect(await budget.lookUp('192.0.2.1', bad, nothing)).toBeNull();
  });
});
