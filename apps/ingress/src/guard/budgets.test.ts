import { Budgets } from './budgets.js';
import { senderOf } from './sender.js';

class Hand {
  ms = 0;
  readonly now = (): number => this.ms;
}

const MINUTE_MS = 60_000;
const here = { address: '192.0.2.1', hookId: 'hook-1' };
const elsewhere = { address: '192.0.2.1', hookId: 'hook-2' };
const other = { address: '192.0.2.2', hookId: 'hook-1' };

function refuse(budgets: Budgets, times: number, sender = here, unknown = false): void {
  for (let i = 0; i < times; i++) budgets.refused(sender, unknown);
}

describe('budgets of refused requests', () => {
  it('turn away the 61st in a minute from one address to one hook, and nobody else', () => {
    const clock = new Hand();
    const budgets = new Budgets(clock.now);
    refuse(budgets, 59);
    expect(budgets.isSpent(here)).toBe(false);
    refuse(budgets, 1);
    expect([here, elsewhere, other].map((sender) => budgets.isSpent(sender))).toEqual([true, false, false]);
    clock.ms += MINUTE_MS;
    expect(budgets.isSpent(here)).toBe(false);
  });

  it('turn away an address after 600 refusals at hooks that it makes up', () => {
    const budgets = new Budgets(new Hand().now);
    for (let i = 0; i < 600; i++) budgets.refused({ ...here, hookId: `made-up-${i}` }, true);
    expect(budgets.isSpent({ ...here, hookId: 'another' })).toBe(true);
    expect(budgets.isSpent(other)).toBe(false);
  });

  it('never turn away an address whose signature was valid at the hook within the hour', () => {
    const clock = new Hand();
    const budgets = new Budgets(clock.now);
    budgets.proved(here);
    for (let minute = 0; minute < 59; minute++) {
      refuse(budgets, 1_000);
      expect(budgets.isSpent(here)).toBe(false);
      clock.ms += MINUTE_MS;
    }
    clock.ms += MINUTE_MS;
    refuse(budgets, 1_000);
    expect(budgets.isSpent(here)).toBe(true);
  });

  it('hold what others send from behind an address against nobody who is proven there', () => {
    const budgets = new Budgets(new Hand().now);
    budgets.proved(here);
    for (let i = 0; i < 1_000; i++) budgets.refused({ ...here, hookId: `made-up-${i}` }, true);
    expect([here, elsewhere].map((sender) => budgets.isSpent(sender))).toEqual([false, false]);
  });

  it('let strangers wait while more than 1,000 a second look for hooks that do not exist', () => {
    const clock = new Hand();
    const budgets = new Budgets(clock.now);
    for (let i = 0; i < 1_000; i++) {
      expect(budgets.isProbed()).toBe(false);
      budgets.refused({ address: `192.0.${i % 256}.1`, hookId: `made-up-${i}` }, true);
    }
    expect(budgets.isProbed()).toBe(true);
    clock.ms += 1_000;
    expect(budgets.isProbed()).toBe(false);
  });

  it('hold a bounded number of senders, whatever is made up', () => {
    const budgets = new Budgets(new Hand().now);
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 300_000; i++) budgets.refused({ address: `a${i}`, hookId: `h${i}` }, true);
    // 50,000 of them and twice over take about 15 MB; all of them would take six times as much.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(60 * 1024 * 1024);
    expect(budgets.isSpent({ address: 'a299999', hookId: 'h299999' })).toBe(false);
  });
});

describe('a sender', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['::1', '0:0:0:0'],
    ['not:an:address', 'not:an:address'],
  ])('at %s is %s', (address, known) => {
    expect(senderOf(address, 'hook-1')).toEqual({ address: known, hookId: 'hook-1' });
  });

  it('of an id that no hook can have is one with all such ids', () => {
    expect(senderOf('192.0.2.1', 'x'.repeat(65)).hookId).toBe(senderOf('192.0.2.1', 'y'.repeat(3_000)).hookId);
  });
});
