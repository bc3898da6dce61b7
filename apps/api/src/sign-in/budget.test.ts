import { networkOf, SignInBudget } from './budget.js';

describe('the budget of those who are not signed in', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:aaaa::1', '2001:db8:1:2'],
    ['2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ])('takes %s for one of %s', (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });

  it('is one for all addresses of an IPv6 network', async () => {
    const budget = new SignInBudget();
    const taken = await Promise.all(
      Array.from({ length: 121 }, (_, n) => budget.take({ ip: `2001:db8:1:2::${n.toString(16)}` })),
    );
    expect(taken.filter((isWithin) => !isWithin)).toHaveLength(1);
    expect(await budget.take({ ip: '2001:db8:1:3::1' })).toBe(true);
  });
});
