import { Breaker, type HostSign } from './breaker.js';
import { after } from './deadline.js';

const NOON = new Date('2026-11-21T12:00:00.000Z');
const at = (seconds: number): Date => after(NOON, seconds * 1_000);

/** A breaker that was told so much, all at noon. */
function told(organizations: number, ...signs: readonly [HostSign, string][]): Breaker {
  const breaker = new Breaker(organizations);
  for (const [sign, organization] of signs) breaker.note(sign, organization, NOON);
  return breaker;
}

const times = (n: number, sign: HostSign, organization = 'a'): [HostSign, string][] =>
  Array.from({ length: n }, () => [sign, organization]);

describe('a breaker', () => {
  it.each<[string, Breaker, boolean]>([
    ['four failures', told(1, ...times(4, 'failing')), false],
    ['five failures', told(1, ...times(5, 'failing')), true],
    ['a hundred failures of one organization where two must fail', told(2, ...times(100, 'failing')), false],
    ['failures of two organizations', told(2, ...times(4, 'failing'), ['failing', 'b']), true],
    ['four failures of two organizations', told(2, ...times(3, 'failing'), ['failing', 'b']), false],
    ['five connections that one organization could not open', told(2, ...times(5, 'unreachable')), true],
    ['failures around a success', told(1, ...times(4, 'failing'), ['sound', 'b'], ...times(4, 'failing')), false],
    ['one that another organization forgot', told(2, ['failing', 'b'], ['sound', 'c'], ...times(9, 'failing')), false],
  ])('after %s', (_name, breaker, isOpen) => {
    expect([breaker.isOpen, breaker.passes(NOON)]).toEqual([isOpen, !isOpen]);
  });

  it('says when it opens and when it closes, once each', () => {
    const breaker = told(1, ...times(4, 'failing'));
    expect([1, 2].map(() => breaker.note('failing', 'a', NOON))).toEqual([true, false]);
    expect([1, 2].map(() => breaker.note('sound', 'a', NOON))).toEqual([true, false]);
  });

  it('lets one request through after a pause, and the next when that took too long', () => {
    const breaker = told(1, ...times(5, 'failing'));
    expect([breaker.passes(at(4.999)), breaker.passes(at(5))]).toEqual([false, true]);
    breaker.sending(at(5));
    expect([breaker.passes(at(5)), breaker.passes(at(9.999)), breaker.passes(at(10))]).toEqual([false, false, true]);
  });

  it('waits twice as long after each request that fails, half a minute at most', () => {
    const breaker = told(1, ...times(5, 'failing'));
    const pauses: number[] = [];
    for (let now = 5, round = 0; round < 5; round++) {
      breaker.sending(at(now));
      breaker.note('failing', 'a', at(now));
      let pause = 0;
      while (!breaker.passes(at(now + pause))) pause++;
      pauses.push(pause);
      now += pause;
    }
    expect(pauses).toEqual([10, 20, 30, 30, 30]);
  });

  it('learns nothing from what was under way when it opened', () => {
    const breaker = told(1, ...times(50, 'failing'));
    expect(breaker.passes(at(5))).toBe(true);
  });

  it('closes with the first success, and then takes as many failures as at first', () => {
    const breaker = told(1, ...times(5, 'failing'), ['sound', 'a'], ...times(4, 'failing'));
    expect(breaker.passes(NOON)).toBe(true);
    breaker.note('failing', 'a', NOON);
    expect([breaker.passes(at(4)), breaker.passes(at(5))]).toEqual([false, true]);
  });

  it('is forgotten when nothing was heard for ten minutes', () => {
    const breaker = told(1, ...times(5, 'failing'));
    expect([breaker.isForgotten(at(600)), breaker.isForgotten(at(601))]).toEqual([false, true]);
  });
});
