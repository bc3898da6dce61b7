import { FixedClock } from '../clock.js';
import { seededRandom } from '../random.js';
import { NOTHING, Timeline } from './timeline.js';

describe('virtual time', () => {
  it('runs what is planned in order of time, and what is planned for one moment in order of planning', async () => {
    const timeline = new Timeline(new FixedClock());
    const random = seededRandom(1);
    const planned = Array.from({ length: 500 }, (_, order) => ({ at: Math.floor(random() * 50), order }));
    const ran: (typeof planned)[number][] = [];
    for (const event of planned) {
      timeline.after(event.at, () => {
        ran.push(event);
        return NOTHING;
      });
    }
    await timeline.run(() => false, 1_000);
    expect(ran).toEqual(planned.toSorted((a, b) => a.at - b.at || a.order - b.order));
  });

  it('lets everything that can go on do so before time moves on', async () => {
    const clock = new FixedClock();
    const timeline = new Timeline(clock);
    const begin = timeline.now;
    const seen: number[] = [];
    timeline.after(5, async () => {
      for (let step = 0; step < 20; step++) await Promise.resolve();
      seen.push(timeline.now - begin);
    });
    timeline.after(6, () => NOTHING);
    await timeline.run(() => false, 10);
    expect(seen).toEqual([5]);
  });

  it('stops at its limit', async () => {
    const timeline = new Timeline(new FixedClock());
    const begin = timeline.now;
    const tick = (): void => {
      timeline.after(10, tick);
    };
    tick();
    await timeline.run(() => false, 95);
    expect(timeline.now - begin).toBe(90);
  });
});
