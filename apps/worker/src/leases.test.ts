import type { Lease, ScheduleStore } from '@rungate/run-task';
import { InMemoryStore } from '@rungate/run-task/testing';
import { Leases } from './leases.js';

class Scene {
  now = 0;
  /** What the store answers to the next renewals; those that are asked for. */
  lost: readonly string[] = [];
  renewing: Promise<unknown> = Promise.resolve();
  readonly renewed: (readonly string[])[] = [];
  readonly released: string[] = [];
  readonly leases: Leases;

  constructor() {
    const schedule: ScheduleStore = new InMemoryStore().schedule;
    schedule.renew = async (_worker, leases) => {
      this.renewed.push(leases.map(({ taskResultId }) => taskResultId));
      await this.renewing;
      return this.lost;
    };
    schedule.release = (_worker, leases) => {
      this.released.push(...leases.map(({ taskResultId }) => taskResultId));
      return Promise.resolve();
    };
    this.leases = new Leases({ schedule, worker: 'w-1', steady: () => this.now });
  }

  hold(taskResultId: string, askedAt = this.now): AbortSignal {
    return this.leases.hold(lease(taskResultId), askedAt);
  }
}

function lease(taskResultId: string): Lease {
  return { organizationId: 'org', taskResultId, epoch: 1, attempt: 1, expiresAt: new Date(0) };
}

describe('Leases', () => {
  it('prolongs all that are held with one statement, and counts from the moment of asking', async () => {
    const scene = new Scene();
    const signals = [scene.hold('a'), scene.hold('b')];
    scene.now = 3_000;
    const renewal = scene.leases.renew();
    scene.now = 8_000;
    await renewal;
    expect(scene.renewed).toEqual([['a', 'b']]);
    scene.now = 12_400;
    expect(scene.leases.expire()).toBe(0);
    scene.now = 12_600;
    expect(scene.leases.expire()).toBe(2);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('aborts what the store says is lost, and nothing else', async () => {
    const scene = new Scene();
    const [a, b] = [scene.hold('a'), scene.hold('b')];
    scene.lost = ['b'];
    await scene.leases.renew();
    expect([a.aborted, b.aborted]).toEqual([false, true]);
  });

  it('aborts before others may take over, while the store does not answer', () => {
    const scene = new Scene();
    const signal = scene.hold('a');
    scene.renewing = new Promise(() => undefined);
    void scene.leases.renew();
    scene.now = 9_400;
    scene.leases.expire();
    expect(signal.aborted).toBe(false);
    scene.now = 9_600;
    scene.leases.expire();
    expect(signal.aborted).toBe(true);
  });

  it('asks for nothing that ran out while the process stood still', async () => {
    const scene = new Scene();
    const signal = scene.hold('a');
    scene.now = 60_000;
    await scene.leases.renew();
    expect(signal.aborted).toBe(true);
    expect(scene.renewed).toEqual([]);
  });

  it('is over at once when the answer to the claim came too late', () => {
    const scene = new Scene();
    scene.now = 60_000;
    expect(scene.hold('a', 0).aborted).toBe(true);
  });

  it('gives back what is held, and aborts it', async () => {
    const scene = new Scene();
    const [a] = [scene.hold('a'), scene.hold('b')];
    scene.leases.drop(lease('b'));
    expect(await scene.leases.giveBack()).toBe(1);
    expect(scene.released).toEqual(['a']);
    expect(a.aborted).toBe(true);
    expect(await new Scene().leases.giveBack()).toBe(0);
  });
});
