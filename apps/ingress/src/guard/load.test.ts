import { Load } from './load.js';

class Hand {
  ms = 0;
  lag = 0;
  readonly load = new Load(
    () => this.lag,
    () => this.ms,
  );
}

/** Requests that are being answered until the test says so. */
function hold(load: Load, count: number, organizationId: string | null): () => void {
  let finish = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  for (let i = 0; i < count; i++) void load.during(organizationId, () => held);
  return finish;
}

const failing = (): Promise<never> => Promise.reject(new Error('away'));

describe('load', () => {
  it('lets strangers wait first when the event loop is late, then everybody', () => {
    const hand = new Hand();
    expect(hand.load.shedCause(false)).toBeNull();
    hand.lag = 200;
    expect([hand.load.shedCause(false), hand.load.shedCause(true)]).toEqual(['event_loop', null]);
    hand.lag = 500;
    expect(hand.load.shedCause(true)).toBe('event_loop');
  });

  it('reads nothing more while 1,792 are in progress: fewer than the store would let wait', async () => {
    const { load } = new Hand();
    const finish = hold(load, 1_791, null);
    expect(load.shedCause(true)).toBeNull();
    const finishLast = hold(load, 1, null);
    expect(load.shedCause(true)).toBe('in_progress');
    finish();
    finishLast();
    await new Promise(setImmediate);
    expect(load.inProgress).toBe(0);
    expect(load.shedCause(true)).toBeNull();
  });

  it('lets one organization wait that has more than half of a busy process, and no other', () => {
    const { load } = new Hand();
    hold(load, 1_000, 'noisy');
    expect(load.isCrowding('noisy')).toBe(false);
    hold(load, 24, 'quiet');
    expect([load.isCrowding('noisy'), load.isCrowding('quiet')]).toEqual([true, false]);
  });

  it('tries a store that failed 16 times in a row ten times a second, until it answers', async () => {
    const hand = new Hand();
    for (let i = 0; i < 16; i++) {
      expect(hand.load.shedCause(true)).toBeNull();
      await expect(hand.load.during(null, failing)).rejects.toThrow('away');
    }
    expect([hand.load.shedCause(true), hand.load.shedCause(true)]).toEqual([null, 'store']);
    hand.ms += 100;
    expect([hand.load.shedCause(true), hand.load.shedCause(true)]).toEqual([null, 'store']);
    await hand.load.during(null, () => Promise.resolve());
    expect([hand.load.shedCause(true), hand.load.shedCause(true)]).toEqual([null, null]);
  });
});
