import { aDecision, aProgress, type StoreDriver } from './store-harness.js';
import { aCheckResult } from './builders.js';
import type { Lease } from '../src/index.js';

/** What claim, the renewal of leases and the end of a worker rely on. */
export function describeClaim(driver: () => StoreDriver): void {
  const idsOf = (leases: readonly Lease[]): readonly string[] => leases.map(({ taskResultId }) => taskResultId);

  describe('claiming', () => {
    it('takes what came first, no more than asked for, and nothing twice', async () => {
      const { schedule } = driver().harness.stores;
      const ids = [await driver().record(), await driver().record(), await driver().record()];
      expect(idsOf(await schedule.claim('worker-1', 2))).toEqual(ids.slice(0, 2));
      expect(idsOf(await schedule.claim('worker-2', 2))).toEqual(ids.slice(2));
      expect(await schedule.claim('worker-1', 2)).toEqual([]);
    });

    it('gives nothing twice to workers that claim at once', async () => {
      const { schedule } = driver().harness.stores;
      const hook = await driver().hook(await driver().addRunTask());
      const offered = await Promise.all(Array.from({ length: 20 }, () => driver().offer(hook)));
      const claims = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((worker) => schedule.claim(worker, 3)));
      const rest = await schedule.claim('f', 20);
      const claimed = [...claims.flat(), ...rest];
      expect(idsOf(claimed).toSorted()).toEqual(offered.map(({ id }) => id).toSorted());
    });

    it('counts claims in epoch and attempt', async () => {
      const lease = await driver().lease();
      expect(lease).toMatchObject({ epoch: 1, attempt: 1 });
      await driver().loseLease(lease.taskResultId);
      expect(await driver().claimOne(lease.taskResultId, 'worker-2')).toMatchObject({ epoch: 2, attempt: 2 });
    });

    it('lets nobody write under a lease that somebody else took over', async () => {
      const { schedule, tasks } = driver().harness.stores;
      const old = await driver().lease();
      await driver().loseLease(old.taskResultId);
      const lease = await driver().claimOne(old.taskResultId, 'worker-2');
      expect(await tasks.loadEvaluation(old)).toBeNull();
      expect(await tasks.saveCheckResults(old, [aCheckResult({ status: 'failed' })])).toBe(false);
      expect(await tasks.startProgress(old, aProgress())).toBeNull();
      expect(await tasks.decide(old, aDecision())).toEqual({ kind: 'stale', state: 'evaluating' });
      expect(await schedule.renew('worker-1', [old])).toEqual([old.taskResultId]);
      await schedule.release('worker-1', [old]);
      expect(await schedule.claim('worker-3', 1)).toEqual([]);
      expect(await tasks.loadEvaluation(lease)).toMatchObject({ finished: [] });
    });

    it('lets its holder go on after the lease ran out while nobody else took it', async () => {
      const lease = await driver().lease();
      await driver().loseLease(lease.taskResultId);
      expect(await driver().harness.stores.tasks.saveCheckResults(lease, [aCheckResult()])).toBe(true);
      expect(await driver().decide(lease)).toMatchObject({ organizationId: lease.organizationId });
    });

    it('prolongs leases, and names those that were lost', async () => {
      const { schedule } = driver().harness.stores;
      const kept = await driver().lease();
      const lost = await driver().lease();
      await driver().loseLease(kept.taskResultId);
      await driver().loseLease(lost.taskResultId);
      expect(await schedule.renew('worker-1', [kept])).toEqual([]);
      expect(idsOf(await schedule.claim('worker-2', 10))).toEqual([lost.taskResultId]);
      expect(await schedule.renew('worker-1', [kept, lost])).toEqual([lost.taskResultId]);
      expect(await schedule.renew('worker-1', [])).toEqual([]);
    });

    it('does not prolong the lease of another worker, nor of what is decided', async () => {
      const { schedule } = driver().harness.stores;
      const { lease } = await driver().decided();
      expect(await schedule.renew('worker-1', [lease])).toEqual([lease.taskResultId]);
      const other = await driver().lease();
      expect(await schedule.renew('worker-2', [other])).toEqual([other.taskResultId]);
    });

    it('hands over at once what a worker gives back', async () => {
      const { schedule, tasks } = driver().harness.stores;
      const lease = await driver().lease();
      await schedule.release('worker-2', [lease]);
      expect(await schedule.claim('worker-2', 1)).toEqual([]);
      await schedule.release('worker-1', [lease]);
      expect(await tasks.loadEvaluation(lease)).toBeNull();
      expect(await driver().claimOne(lease.taskResultId, 'worker-2')).toMatchObject({ epoch: 2, attempt: 2 });
    });

    it('leaves alone what is decided or late', async () => {
      const { schedule } = driver().harness.stores;
      const { lease } = await driver().decided();
      await driver().loseLease(lease.taskResultId);
      await driver().harness.makeLate(await driver().record());
      expect(await schedule.claim('worker-1', 10)).toEqual([]);
      expect(await schedule.backlog()).toEqual({ claimable: 0, deliverable: 0 });
    });

    it('counts what waits for a worker', async () => {
      const { schedule } = driver().harness.stores;
      const lost = await driver().lease();
      await driver().record();
      expect(await schedule.backlog()).toEqual({ claimable: 1, deliverable: 0 });
      await driver().loseLease(lost.taskResultId);
      expect(await schedule.backlog()).toEqual({ claimable: 2, deliverable: 0 });
    });
  });
}
