import { degraded, type Closures, type DeliveryTurn, type Destination } from '../src/index.js';
import { aDecision, anOutcome, type StoreDriver } from './store-harness.js';

function closures(closed: Partial<Closures>): Closures {
  const nobody = { origins: [], organizationIds: [], destinations: [] };
  return { busy: nobody, failing: nobody, lastAttemptsMs: [30_000, 10_000], ...closed };
}

/** What deliver relies on. */
export function describeDeliver(driver: () => StoreDriver): void {
  const claimNext = async (): Promise<DeliveryTurn> => {
    const [turn] = await driver().harness.stores.schedule.claimDeliveries(1);
    if (turn === undefined) throw new Error('no delivery is due');
    return turn;
  };
  const retryNow = (): { kind: 'retry'; at: Date } => ({ kind: 'retry', at: driver().inSeconds(-60) });

  describe('delivering', () => {
    it('comes back for another attempt when its time has come, once', async () => {
      const { schedule } = driver().harness.stores;
      const { turn } = await driver().decided();
      await driver().finish(turn, retryNow());
      expect(await schedule.backlog()).toEqual({ claimable: 0, deliverable: 1 });
      const claims = await Promise.all([1, 2, 3].map(() => schedule.claimDeliveries(10)));
      expect(claims.flat()).toMatchObject([{ deliveryId: turn.deliveryId, organizationId: turn.organizationId }]);
      expect(claims.flat()[0]?.attemptId).not.toBe(turn.attemptId);
      expect(await schedule.backlog()).toEqual({ claimable: 0, deliverable: 0 });
    });

    it('does not come back before its time', async () => {
      const { schedule } = driver().harness.stores;
      const { turn } = await driver().decided();
      await driver().finish(turn, { kind: 'retry', at: driver().inSeconds(240) });
      expect(await schedule.claimDeliveries(10)).toEqual([]);
      expect(await schedule.backlog()).toEqual({ claimable: 0, deliverable: 0 });
    });

    it('remembers how every attempt ended, and that one never did', async () => {
      const { lease, turn } = await driver().decided();
      await driver().finish(turn, retryNow(), { answerClass: 'throttled' });
      const second = await claimNext();
      expect((await driver().load(second)).earlier).toEqual(['throttled']);
      await driver().harness.abandonAttempts(lease.taskResultId);
      const third = await claimNext();
      expect((await driver().load(third)).earlier).toEqual(['throttled', 'unknown']);
      await driver().finish(third, retryNow());
      expect((await driver().load(await claimNext())).earlier).toEqual(['throttled', 'unknown', 'transient']);
    });

    it('leaves a delivery to the newest attempt', async () => {
      const { lease, turn } = await driver().decided();
      await driver().harness.abandonAttempts(lease.taskResultId);
      await claimNext();
      expect(await driver().harness.stores.tasks.loadDelivery(turn)).toBeNull();
    });

    it('hears nothing of an older attempt but that it arrived', async () => {
      const { schedule, tasks } = driver().harness.stores;
      const { lease, turn } = await driver().decided();
      const older = await driver().load(turn);
      await driver().harness.abandonAttempts(lease.taskResultId);
      const second = await claimNext();
      await driver().harness.abandonAttempts(lease.taskResultId);
      const third = await claimNext();
      await tasks.finishAttempt(
        older,
        anOutcome({ kind: 'undeliverable', reason: 'The caller refused the access token.' }),
      );
      expect((await driver().load(third)).earlier).toEqual(['unauthorized', 'unknown']);
      expect(await schedule.claimDeliveries(10)).toEqual([]);
      await tasks.finishAttempt({ ...older, ...second }, anOutcome({ kind: 'delivered', presumed: false }));
      expect(await tasks.loadDelivery(third)).toBeNull();
      expect(await tasks.decide(lease, aDecision())).toEqual({ kind: 'stale', state: 'delivered' });
    });

    it('sends the shortened document from then on', async () => {
      const { turn } = await driver().decided();
      const callback = degraded(aDecision().callback);
      await driver().finish(turn, { ...retryNow(), callback });
      const second = await claimNext();
      expect((await driver().load(second)).callback).toEqual(callback);
      await driver().finish(second, retryNow());
      expect((await driver().load(await claimNext())).callback).toEqual(callback);
    });

    it.each([
      [{ kind: 'delivered', presumed: false }, 'delivered'],
      [{ kind: 'delivered', presumed: true }, 'delivered'],
      [{ kind: 'undeliverable', reason: 'The caller refused the access token.' }, 'undeliverable'],
    ] as const)('ends with %j, and gives out the token no more', async (step, state) => {
      const { tasks, schedule } = driver().harness.stores;
      const { lease, turn } = await driver().decided();
      await driver().finish(turn, step);
      expect(await tasks.loadDelivery(turn)).toBeNull();
      expect(await schedule.claimDeliveries(10)).toEqual([]);
      expect(await tasks.decide(lease, aDecision())).toEqual({ kind: 'stale', state });
    });

    it('ends once: what an attempt says later changes nothing', async () => {
      const { tasks } = driver().harness.stores;
      const { lease, turn } = await driver().decided();
      const delivery = await driver().load(turn);
      await tasks.finishAttempt(delivery, anOutcome({ kind: 'delivered', presumed: false }));
      await tasks.finishAttempt(delivery, anOutcome({ kind: 'undeliverable', reason: 'twice' }));
      await tasks.finishAttempt(delivery, anOutcome(retryNow()));
      expect(await tasks.decide(lease, aDecision())).toEqual({ kind: 'stale', state: 'delivered' });
      expect(await driver().harness.stores.schedule.claimDeliveries(10)).toEqual([]);
    });

    it.each([
      ['a host that fails', (mine: Destination) => closures({ failing: { origins: [mine.origin], destinations: [] } })],
      [
        'a host that fails for one organization',
        (mine) => closures({ failing: { origins: [], destinations: [mine] } }),
      ],
      ['a busy host', (mine) => closures({ busy: { origins: [mine.origin], organizationIds: [] } })],
      ['a busy organization', (mine) => closures({ busy: { origins: [], organizationIds: [mine.organizationId] } })],
    ] as [string, (mine: Destination) => Closures][])(
      'leaves what goes to %s, and takes the rest',
      async (_name, close) => {
        const { schedule } = driver().harness.stores;
        const { turn } = await driver().decided({ terraformOrigin: 'https://tfe.example' });
        const { turn: other } = await driver().decided();
        await driver().finish(turn, retryNow());
        await driver().finish(other, retryNow());
        const mine = { organizationId: turn.organizationId, origin: 'https://tfe.example' };
        const claimed = await schedule.claimDeliveries(10, close(mine));
        expect(claimed).toMatchObject([{ deliveryId: other.deliveryId }]);
        expect(await schedule.claimDeliveries(10, closures({}))).toMatchObject([{ deliveryId: turn.deliveryId }]);
      },
    );

    it('closes a host that fails for one organization to no other, and no other host to that one', async () => {
      const { schedule } = driver().harness.stores;
      const { turn } = await driver().decided();
      await driver().finish(turn, retryNow());
      const { organizationId } = turn;
      const destinations = [
        { organizationId, origin: 'https://tfe.example' },
        { organizationId: driver().harness.ids.next(), origin: 'https://app.terraform.io' },
      ];
      expect(await schedule.claimDeliveries(10, closures({ failing: { origins: [], destinations } }))).toHaveLength(1);
    });

    it('makes the two last attempts where a host fails, each once, and none where it is busy', async () => {
      const { schedule } = driver().harness.stores;
      const { turn } = await driver().decided();
      const { progressBy, finalBy } = await driver().load(turn);
      const leftMs = Math.min(progressBy.getTime(), finalBy.getTime()) - driver().inSeconds(0).getTime();
      const origins = ['https://app.terraform.io'];
      const failing = (lastMs: number): Closures =>
        closures({ failing: { origins, destinations: [] }, lastAttemptsMs: [lastMs, 10_000] });
      await driver().finish(turn, retryNow());
      // Its moment is to come, has come, and had come before the attempt that planned this one.
      expect(await schedule.claimDeliveries(10, failing(leftMs - 30_000))).toEqual([]);
      expect(
        await schedule.claimDeliveries(10, { ...failing(leftMs + 30_000), busy: { origins, organizationIds: [] } }),
      ).toEqual([]);
      expect(await schedule.claimDeliveries(10, failing(leftMs + 90_000))).toEqual([]);
      const [last] = await schedule.claimDeliveries(10, failing(leftMs + 30_000));
      expect(last?.deliveryId).toBe(turn.deliveryId);
    });

    it('does not count an attempt that was held back', async () => {
      const { turn } = await driver().decided();
      await driver().finish(turn, retryNow(), { answerClass: 'held' });
      const second = await claimNext();
      expect(await driver().load(second)).toMatchObject({ earlier: [], dueAt: expect.any(Date) as Date });
    });

    it('takes the earliest deadline first, and no more than asked for', async () => {
      const patient = await driver().lease();
      const progress = await driver().startProgress(patient);
      const { finalBy } = await driver().load(progress);
      const deadlines = { progressBy: finalBy, finalBy, decideAt: new Date(finalBy.getTime() - 75_000) };
      await driver().finish(progress, { kind: 'delivered', presumed: false }, { deadlines });
      const later = await driver().decide(patient);
      const { turn: sooner } = await driver().decided({ deadlineProfile: 'fixed' });
      await driver().finish(later, retryNow());
      await driver().finish(sooner, retryNow());
      expect((await claimNext()).deliveryId).toBe(sooner.deliveryId);
      expect((await claimNext()).deliveryId).toBe(later.deliveryId);
    });

    it('expires when the caller no longer listens', async () => {
      const { schedule, tasks } = driver().harness.stores;
      const expired = [await driver().decided(), await driver().decided()];
      const { turn: open } = await driver().decided();
      for (const { lease, turn } of expired) {
        await driver().finish(turn, retryNow());
        await driver().harness.passDeadline(lease.taskResultId);
      }
      expect(await schedule.claimDeliveries(10)).toEqual([]);
      expect(await schedule.expireDeliveries(1)).toBe(1);
      expect(await schedule.expireDeliveries(10)).toBe(1);
      expect(await schedule.expireDeliveries(10)).toBe(0);
      for (const { lease } of expired) {
        expect(await tasks.decide(lease, aDecision())).toEqual({ kind: 'stale', state: 'undeliverable' });
      }
      expect(await driver().load(open)).toMatchObject({ kind: 'final' });
    });

    it('does not expire under an attempt that is under way', async () => {
      const { schedule, tasks } = driver().harness.stores;
      const { lease, turn } = await driver().decided();
      const delivery = await driver().load(turn);
      await driver().harness.passDeadline(lease.taskResultId);
      expect(await schedule.expireDeliveries(10)).toBe(0);
      await tasks.finishAttempt(delivery, anOutcome({ kind: 'delivered', presumed: false }));
      expect(await tasks.decide(lease, aDecision())).toEqual({ kind: 'stale', state: 'delivered' });
    });

    it('expires once its attempt was abandoned', async () => {
      const { schedule, tasks } = driver().harness.stores;
      const { lease, turn } = await driver().decided();
      await driver().harness.passDeadline(lease.taskResultId);
      await driver().harness.abandonAttempts(lease.taskResultId);
      expect(await schedule.expireDeliveries(10)).toBe(1);
      expect(await tasks.loadDelivery(turn)).toBeNull();
    });
  });
}
