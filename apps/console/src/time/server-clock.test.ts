import { ServerClock } from './server-clock.js';

const sent = Date.parse('2026-11-20T12:00:00.000Z');
const after = (ms: number) => new Date(sent + ms).toISOString();
const exchange = { sentAt: sent, receivedAt: sent + 40 };

describe('the clock of the server', () => {
  it('is taken to be this one until an answer says otherwise', () => {
    expect(new ServerClock().aheadMs).toBe(0);
  });

  it.each([
    ['may be the same', 'Fri, 20 Nov 2026 12:00:00 GMT', 0],
    ['is a minute ahead', 'Fri, 20 Nov 2026 12:01:00 GMT', 60_480],
    ['is a minute behind', 'Fri, 20 Nov 2026 11:59:00 GMT', -59_520],
    ['cannot be read', 'yesterday', 0],
    ['is not told', null, 0],
  ])('%s by the header of an answer', (_, header, aheadMs) => {
    const clock = new ServerClock();
    clock.header(header, exchange);
    expect(clock.aheadMs).toBe(aheadMs);
  });

  it('is known better with each answer, and best from the database', () => {
    const clock = new ServerClock();
    clock.header('Fri, 20 Nov 2026 12:01:00 GMT', exchange);
    clock.exact(after(60_900), exchange);
    expect(clock.aheadMs).toBe(60_880);
    clock.header('Fri, 20 Nov 2026 12:09:00 GMT', exchange);
    expect(clock.aheadMs).toBe(60_880);
  });

  it('is learnt anew after a clock was set', () => {
    const clock = new ServerClock();
    clock.exact(after(60_000), exchange);
    clock.exact(after(-3_600_000), exchange);
    expect(clock.aheadMs).toBe(-3_600_020);
  });
});
