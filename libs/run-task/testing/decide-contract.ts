import type { Lease } from '../src/index.js';
import { aCheckResult } from './builders.js';
import { aDecision, aProgress, type StoreDriver } from './store-harness.js';

/** What evaluate and the keeper's verdicts rely on. */
export function describeDecide(driver: () => StoreDriver): void {
  /** The task result as the keeper finds it when its verdict is due. */
  const late = async (taskResultId: string): Promise<Pick<Lease, 'organizationId' | 'taskResultId' | 'epoch'>> => {
    await driver().harness.makeLate(taskResultId);
    const found = await driver().harness.stores.schedule.findLate(10);
    const one = found.find((each) => each.taskResultId === taskResultId);
    if (one === undefined) throw new Error(`${taskResultId} is not late`);
    return one;
  };

  describe('deciding', () => {
    it('keeps the results of checks for whoever takes over, the first of each', async () => {
      const { tasks } = driver().harness.stores;
      const lease = await driver().lease();
      const result = aCheckResult({ facts: { changes: 3 }, findings: [] });
      expect(await tasks.saveCheckResults(lease, [result])).toBe(true);
      const second = [aCheckResult({ status: 'failed' }), aCheckResult({ name: 'cost' })];
      expect(await tasks.saveCheckResults(lease, second)).toBe(true);
      await driver().loseLease(lease.taskResultId);
      const evaluation = await tasks.loadEvaluation(await driver().claimOne(lease.taskResultId, 'worker-2'));
      expect(evaluation?.finished.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
        aCheckResult({ name: 'cost' }),
        result,
      ]);
    });

    it('decides once, and gives the turn of the first attempt', async () => {
      const { tasks, schedule } = driver().harness.stores;
      const { lease, turn } = await driver().decided();
      expect(await tasks.decide(lease, aDecision('passed'))).toEqual({ kind: 'stale', state: 'decided' });
      expect(await tasks.saveCheckResults(lease, [aCheckResult()])).toBe(false);
      expect(await tasks.loadEvaluation(lease)).toBeNull();
      expect(await schedule.claimDeliveries(10)).toEqual([]);
      const delivery = await driver().load(turn);
      expect(delivery).toMatchObject({
        ...turn,
        taskResultId: lease.taskResultId,
        kind: 'final',
        callbackUrl: 'https://app.terraform.io/api/v2/task-results/5ea8d46c/callback',
        terraformOrigin: 'https://app.terraform.io',
        accessToken: 'a-token.atlasv1.of-this-run',
        callback: aDecision().callback,
        earlier: [],
        deadlineProfile: 'rolling',
      });
    });

    it('decides once of many that decide at once', async () => {
      const { tasks } = driver().harness.stores;
      const lease = await driver().lease();
      const answers = await Promise.all(Array.from({ length: 5 }, () => tasks.decide(lease, aDecision())));
      expect(answers.map(({ kind }) => kind).sort()).toEqual(['decided', ...Array<string>(4).fill('stale')]);
    });

    it('knows nothing of a task result that never was', async () => {
      const { tasks } = driver().harness.stores;
      const lease = { ...(await driver().lease()), taskResultId: driver().harness.ids.next() };
      expect(await tasks.loadEvaluation(lease)).toBeNull();
      expect(await tasks.saveCheckResults(lease, [aCheckResult()])).toBe(false);
      expect(await tasks.decide(lease, aDecision())).toEqual({ kind: 'stale', state: null });
      expect(await tasks.takeOver(lease)).toBeNull();
    });
  });

  describe('deciding what is late', () => {
    it('finds what is undecided when its time has come, and no sooner', async () => {
      const { schedule } = driver().harness.stores;
      const ids = [await driver().record(), await driver().record()];
      const { lease } = await driver().decided();
      expect(await schedule.findLate(10)).toEqual([]);
      for (const id of [...ids, lease.taskResultId]) await driver().harness.makeLate(id);
      const found = await schedule.findLate(10);
      expect(found.map(({ taskResultId }) => taskResultId).toSorted()).toEqual(ids.toSorted());
      expect(await schedule.findLate(1)).toHaveLength(1);
    });

    it('finds the late ones of each organization in turn, however many one of them has', async () => {
      const { schedule } = driver().harness.stores;
      const hook = await driver().hook(await driver().addRunTask());
      const many = [await driver().offer(hook), await driver().offer(hook), await driver().offer(hook)];
      const one = await driver().record();
      for (const id of [...many.map(({ id }) => id), one]) await driver().harness.makeLate(id);
      const found = await schedule.findLate(2);
      expect(found.map(({ organizationId }) => organizationId)).toContain(hook.organizationId);
      expect(found.map(({ taskResultId }) => taskResultId)).toContain(one);
    });

    it('takes over from nobody: no attempt was made', async () => {
      const id = await driver().record({ onTimeout: 'passed' });
      const evaluation = await driver().harness.stores.tasks.takeOver(await late(id));
      expect(evaluation).toMatchObject({ onTimeout: 'passed', lease: { taskResultId: id, epoch: 1, attempt: 0 } });
    });

    it('takes over from a worker, whose writes then change nothing', async () => {
      const { tasks, schedule } = driver().harness.stores;
      const lease = await driver().lease();
      await tasks.saveCheckResults(lease, [aCheckResult()]);
      const evaluation = await tasks.takeOver(await late(lease.taskResultId));
      expect(evaluation).toMatchObject({ finished: [aCheckResult()], lease: { epoch: 2, attempt: 1 } });
      expect(await tasks.decide(lease, aDecision('passed'))).toEqual({ kind: 'stale', state: 'evaluating' });
      expect(await schedule.renew('worker-1', [lease])).toEqual([lease.taskResultId]);
      expect(await tasks.decide(evaluation?.lease ?? lease, aDecision())).toMatchObject({ kind: 'decided' });
    });

    it('takes over once: a second keeper comes too late', async () => {
      const { tasks } = driver().harness.stores;
      const found = await late(await driver().record());
      const taken = await Promise.all([tasks.takeOver(found), tasks.takeOver(found)]);
      expect(taken.filter((evaluation) => evaluation !== null)).toHaveLength(1);
    });

    it('does not take over what was decided meanwhile', async () => {
      const lease = await driver().lease();
      const found = await late(lease.taskResultId);
      await driver().decide(lease);
      expect(await driver().harness.stores.tasks.takeOver(found)).toBeNull();
    });

    it('finds it again when the keeper that took it over died', async () => {
      const { tasks, schedule } = driver().harness.stores;
      const id = await driver().record();
      await tasks.takeOver(await late(id));
      expect(await schedule.findLate(10)).toMatchObject([{ taskResultId: id, epoch: 1 }]);
    });
  });

  describe('reporting progress', () => {
    it('is due once per period, while the lease lives', async () => {
      const { schedule } = driver().harness.stores;
      const lease = await driver().lease();
      const waiting = await driver().record();
      expect(await schedule.claimProgress(10, 60_000)).toEqual([]);
      for (const id of [lease.taskResultId, waiting]) await driver().harness.makeProgressDue(id);
      const { taskResultId, epoch } = lease;
      expect(await schedule.claimProgress(10, 60_000)).toMatchObject([{ taskResultId, epoch }]);
      expect(await schedule.claimProgress(10, 60_000)).toEqual([]);
      await driver().harness.makeProgressDue(taskResultId);
      expect(await schedule.claimProgress(10, 60_000)).toHaveLength(1);
      await driver().harness.makeProgressDue(taskResultId);
      await driver().loseLease(taskResultId);
      expect(await schedule.claimProgress(10, 60_000)).toEqual([]);
    });

    it('is not due once there is a verdict', async () => {
      const { lease } = await driver().decided();
      await driver().harness.makeProgressDue(lease.taskResultId);
      expect(await driver().harness.stores.schedule.claimProgress(10, 60_000)).toEqual([]);
      expect(await driver().harness.stores.tasks.startProgress(lease, aProgress())).toBeNull();
    });

    it('sends one update at a time', async () => {
      const { tasks } = driver().harness.stores;
      const lease = await driver().lease();
      const turn = await driver().startProgress(lease);
      expect(await driver().load(turn)).toMatchObject({ kind: 'progress', callback: aProgress(), earlier: [] });
      expect(await tasks.startProgress(lease, aProgress())).toBeNull();
      await driver().finish(turn, { kind: 'delivered', presumed: false });
      expect(await tasks.startProgress(lease, aProgress())).not.toBeNull();
    });

    it('moves the deadlines when it was accepted', async () => {
      const { tasks } = driver().harness.stores;
      const lease = await driver().lease();
      const turn = await driver().startProgress(lease);
      const before = await driver().load(turn);
      const deadlines = {
        progressBy: new Date(before.progressBy.getTime() + 300_000),
        finalBy: before.finalBy,
        decideAt: new Date(before.progressBy.getTime() + 225_000),
      };
      await driver().finish(turn, { kind: 'delivered', presumed: false }, { deadlines });
      expect(await tasks.loadEvaluation(lease)).toMatchObject({
        progressBy: deadlines.progressBy,
        finalBy: deadlines.finalBy,
      });
    });

    it('may end at the very moment in which the verdict is written', async () => {
      for (let round = 0; round < 20; round++) {
        const lease = await driver().lease();
        const turn = await driver().startProgress(lease);
        const { finalBy } = await driver().load(turn);
        const deadlines = { progressBy: finalBy, finalBy, decideAt: finalBy };
        const [decided] = await Promise.all([
          driver().harness.stores.tasks.decide(lease, aDecision()),
          driver().finish(turn, { kind: 'delivered', presumed: false }, { deadlines }),
        ]);
        expect(decided.kind).toMatch(/^decided/);
      }
    });

    it('is never sent later: the next one comes by itself', async () => {
      const { schedule, tasks } = driver().harness.stores;
      const lease = await driver().lease();
      await driver().startProgress(lease);
      await driver().harness.abandonAttempts(lease.taskResultId);
      expect(await schedule.claimDeliveries(10)).toEqual([]);
      const turn = await driver().startProgress(lease);
      await driver().finish(turn, { kind: 'undeliverable', reason: 'Last answer: HTTP 503.' });
      expect(await schedule.claimDeliveries(10)).toEqual([]);
      expect(await schedule.backlog()).toEqual({ claimable: 0, deliverable: 0 });
      expect(await tasks.loadEvaluation(lease)).not.toBeNull();
    });

    it('holds back the verdict while an update is under way, and no longer', async () => {
      const { tasks, schedule } = driver().harness.stores;
      const lease = await driver().lease();
      const progress = await driver().startProgress(lease);
      expect(await tasks.decide(lease, aDecision())).toEqual({ kind: 'decided_later' });
      expect(await schedule.claimDeliveries(10)).toEqual([]);
      expect(await schedule.backlog()).toEqual({ claimable: 0, deliverable: 0 });
      await driver().finish(progress, { kind: 'delivered', presumed: false });
      expect(await schedule.backlog()).toEqual({ claimable: 0, deliverable: 1 });
      const [turn] = await schedule.claimDeliveries(10);
      expect(turn && (await driver().load(turn))).toMatchObject({ kind: 'final', callback: aDecision().callback });
    });

    it('holds back the verdict no longer than an attempt may take', async () => {
      const { tasks, schedule } = driver().harness.stores;
      const lease = await driver().lease();
      await driver().startProgress(lease);
      expect(await tasks.decide(lease, aDecision())).toEqual({ kind: 'decided_later' });
      await driver().harness.abandonAttempts(lease.taskResultId);
      expect(await schedule.claimDeliveries(10)).toHaveLength(1);
    });
  });
}
