import type { AgedStep, AuditHead, AuditTrails, HeadSink, Log, Purges, PurgeStep } from '@rungate/run-task';
import { FixedClock } from '@rungate/run-task/testing';
import { Upkeep } from './upkeep.js';

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

function head(trail: string, sequence: number): AuditHead {
  return { trail, sequence, hash: 'aa', at: '2026-11-22T05:00:00.000Z', key: 'bb', signature: 'cc' };
}

class Scene implements AuditTrails, HeadSink, Purges {
  readonly clock = new FixedClock();
  readonly asked: (Date | null)[] = [];
  readonly noted: string[][] = [];
  waiting = 0;
  ends: AuditHead[] = [];
  broken = false;
  purgesLeft = 0;
  agedLeft = 0;
  tombstonesLeft = 0;
  inputsLeft = 0;
  /** How long a step of retention takes. */
  agedStepMs = 0;
  readonly upkeep = new Upkeep({ auditTrails: this, heads: this, purges: this, clock: this.clock, log: silent });

  chain(atMost: number): Promise<number> {
    const chained = Math.min(atMost, this.waiting);
    this.waiting -= chained;
    return Promise.resolve(chained);
  }

  heads(changedSince: Date | null): Promise<readonly AuditHead[]> {
    this.asked.push(changedSince);
    return Promise.resolve(this.ends);
  }

  step(): Promise<PurgeStep | null> {
    if (this.purgesLeft === 0) return Promise.resolve(null);
    this.purgesLeft--;
    return Promise.resolve({ organizationId: 'o', slug: 'acme', finished: this.purgesLeft === 0 });
  }

  purgeAged(atMost: number): Promise<AgedStep | null> {
    this.clock.advance(this.agedStepMs);
    if (this.agedLeft === 0) return Promise.resolve(null);
    const purged = Math.min(atMost, this.agedLeft);
    this.agedLeft -= purged;
    return Promise.resolve({ organizationId: 'o', purged });
  }

  purgeInputs(atMost: number): Promise<number | null> {
    if (this.inputsLeft === 0) return Promise.resolve(null);
    const purged = Math.min(atMost, this.inputsLeft);
    this.inputsLeft -= purged;
    return Promise.resolve(purged);
  }

  sweepTombstones(atMost: number): Promise<number> {
    const swept = Math.min(atMost, this.tombstonesLeft);
    this.tombstonesLeft -= swept;
    return Promise.resolve(swept);
  }

  note(heads: readonly AuditHead[]): Promise<void> {
    if (this.broken) return Promise.reject(new Error('the disk is full'));
    this.noted.push(heads.map(({ trail, sequence }) => `${trail} ${sequence}`));
    return Promise.resolve();
  }
}

describe('upkeep', () => {
  it('chains until nothing is left, however much there was', async () => {
    const scene = new Scene();
    scene.waiting = 1_700;
    await scene.upkeep.keepTrails();
    expect(scene.waiting).toBe(0);
  });

  it('notes every head at first, then once a minute those that went on', async () => {
    const scene = new Scene();
    scene.ends = [head('acme', 3), head('globex', 1)];
    await scene.upkeep.keepTrails();
    scene.ends = [head('acme', 4), head('globex', 1)];
    scene.clock.advance(59_000);
    await scene.upkeep.keepTrails();
    expect(scene.noted).toEqual([['acme 3', 'globex 1']]);
    scene.clock.advance(1_000);
    await scene.upkeep.keepTrails();
    expect(scene.noted).toEqual([['acme 3', 'globex 1'], ['acme 4']]);
    expect(scene.asked).toHaveLength(2);
    expect(scene.asked[0]).toBeNull();
  });

  it('purges some at a time, until nothing is due', async () => {
    const scene = new Scene();
    scene.purgesLeft = 25;
    await scene.upkeep.purge();
    expect(scene.purgesLeft).toBe(5);
    await scene.upkeep.purge();
    expect(scene.purgesLeft).toBe(0);
  });

  it('removes by age in small steps, for a quarter of a second in each tick', async () => {
    const scene = new Scene();
    scene.agedLeft = 950;
    scene.agedStepMs = 60;
    await scene.upkeep.purgeAged();
    expect(scene.agedLeft).toBe(450);
    await scene.upkeep.purgeAged();
    expect(scene.agedLeft).toBe(0);
  });

  it('sweeps some tombstones, also while much is to be removed by age', async () => {
    const scene = new Scene();
    scene.agedLeft = 10_000;
    scene.agedStepMs = 300;
    scene.tombstonesLeft = 120;
    await scene.upkeep.purgeAged();
    expect([scene.agedLeft, scene.tombstonesLeft]).toEqual([9_900, 20]);
  });

  it('notes again what could not be written', async () => {
    const scene = new Scene();
    scene.ends = [head('acme', 3)];
    scene.broken = true;
    await expect(scene.upkeep.keepTrails()).rejects.toThrow('the disk is full');
    scene.broken = false;
    await scene.upkeep.keepTrails();
    expect(scene.noted).toEqual([['acme 3']]);
  });
});
