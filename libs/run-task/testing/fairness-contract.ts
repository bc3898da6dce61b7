import type { Claimed, Hook } from '../src/index.js';
import type { StoreDriver } from './store-harness.js';

/** How a claim shares slots between organizations. */
export function describeFairness(driver: () => StoreDriver): void {
  /** An organization with so many task results that wait. */
  async function waiting(count: number, grants = { weight: 1, maxInFlight: null as number | null }): Promise<Hook> {
    const hook = await driver().hook(await driver().addRunTask());
    await driver().harness.grant(hook.hookId, grants);
    await offer(hook, count);
    return hook;
  }

  async function offer(hook: Hook, count: number): Promise<void> {
    for (let i = 0; i < count; i++) await driver().offer(hook);
  }

  /** One claim after another, each of which used so much of its slot when it ended, before the next; whose they were. */
  async function serve(count: number, usedMs: (hookOwner: string) => number): Promise<string[]> {
    const { schedule } = driver().harness.stores;
    const served: string[] = [];
    let ended: { organizationId: string; chargedMs: number; usedMs: number }[] = [];
    for (let i = 0; i < count; i++) {
      const [lease] = await schedule.claim('worker-1', 1, ended);
      if (lease === undefined) break;
      await driver().decide(lease);
      const { organizationId, chargedMs } = lease;
      ended = [{ organizationId, chargedMs, usedMs: usedMs(organizationId) }];
      served.push(organizationId);
    }
    return served;
  }

  const countOf = (served: readonly string[], { organizationId }: Hook): number =>
    served.filter((one) => one === organizationId).length;
  const ownersOf = (leases: readonly Claimed[]): readonly string[] =>
    leases.map(({ organizationId }) => organizationId).toSorted();

  describe('sharing between organizations', () => {
    it('takes turns, however much one of them has waiting and however long', async () => {
      const noisy = await waiting(8);
      const quiet = await waiting(2);
      const leases = await driver().harness.stores.schedule.claim('worker-1', 4);
      expect(countOf(ownersOf(leases), noisy)).toBe(2);
      expect(countOf(ownersOf(leases), quiet)).toBe(2);
    });

    it('serves at once who comes while another has been served for long', async () => {
      const noisy = await waiting(12);
      expect(await serve(8, () => 100)).toEqual(Array.from({ length: 8 }, () => noisy.organizationId));
      const quiet = await waiting(1);
      expect(await serve(1, () => 100)).toEqual([quiet.organizationId]);
    });

    it('serves who comes while others wait after them, whatever each used before', async () => {
      const early = await waiting(1);
      const late = await waiting(1);
      const noisy = await waiting(12);
      await serve(6, (owner) => (owner === noisy.organizationId ? 1_000 : 100));
      await offer(early, 2);
      await offer(late, 2);
      const latest = await waiting(1);
      expect(await serve(3, () => 10)).toEqual([early, late, latest].map(({ organizationId }) => organizationId));
    });

    it('gives nobody turns for the time in which it asked for none', async () => {
      const early = await waiting(1);
      const busy = await waiting(12);
      await serve(7, () => 100);
      await offer(early, 6);
      const served = await serve(6, () => 100);
      expect(countOf(served, early)).toBeGreaterThanOrEqual(3);
      expect(countOf(served, busy)).toBeGreaterThanOrEqual(2);
    });

    it('gives twice the weight twice the share', async () => {
      const light = await waiting(12);
      const heavy = await waiting(12, { weight: 2, maxInFlight: null });
      const served = await serve(12, () => 100);
      expect(countOf(served, heavy)).toBe(8);
      expect(countOf(served, light)).toBe(4);
    });

    it('shares time, not turns: slow checks pay', async () => {
      const slow = await waiting(14);
      const quick = await waiting(14);
      await serve(4, (owner) => (owner === slow.organizationId ? 400 : 100));
      const served = await serve(10, (owner) => (owner === slow.organizationId ? 400 : 100));
      expect(countOf(served, slow)).toBeLessThanOrEqual(3);
      expect(countOf(served, quick)).toBeGreaterThanOrEqual(7);
    });

    it('gives an organization at its cap nothing, and the others what it leaves', async () => {
      const { schedule } = driver().harness.stores;
      const capped = await waiting(4, { weight: 100, maxInFlight: 2 });
      const other = await waiting(2);
      const leases = await schedule.claim('worker-1', 10);
      expect(countOf(ownersOf(leases), capped)).toBe(2);
      expect(countOf(ownersOf(leases), other)).toBe(2);
      expect(await schedule.claim('worker-2', 10)).toEqual([]);
    });

    it('lets an organization go on when one of its task results has ended', async () => {
      const { schedule } = driver().harness.stores;
      const { organizationId } = await waiting(3, { weight: 1, maxInFlight: 1 });
      const [first] = await schedule.claim('worker-1', 10);
      expect(await schedule.claim('worker-1', 10)).toEqual([]);
      if (first !== undefined) await driver().decide(first);
      const ended = [{ organizationId, chargedMs: first?.chargedMs ?? 0, usedMs: 20 }];
      expect(await schedule.claim('worker-1', 10, ended)).toMatchObject([{ organizationId }]);
    });

    it('does not count against the cap what a worker lost, and gives it to another', async () => {
      const { schedule } = driver().harness.stores;
      await waiting(2, { weight: 1, maxInFlight: 1 });
      const [lost] = await schedule.claim('worker-1', 10);
      expect(await schedule.claim('worker-2', 10)).toEqual([]);
      await driver().loseLease(lost?.taskResultId ?? '');
      expect(await schedule.claim('worker-2', 10)).toMatchObject([{ taskResultId: lost?.taskResultId, attempt: 2 }]);
      expect(await schedule.claim('worker-3', 10)).toEqual([]);
    });

    it('takes more when the platform raises the cap', async () => {
      const { schedule } = driver().harness.stores;
      const { hookId } = await waiting(3, { weight: 1, maxInFlight: 1 });
      await schedule.claim('worker-1', 10);
      await schedule.claim('worker-1', 10);
      await driver().harness.grant(hookId, { weight: 1, maxInFlight: null });
      await schedule.mendSchedule();
      expect(await schedule.claim('worker-1', 10)).toHaveLength(2);
    });

    it('charges in advance what the latest ones of the organization used', async () => {
      const { schedule } = driver().harness.stores;
      const { organizationId } = await waiting(3);
      const [first] = await schedule.claim('worker-1', 1);
      const ended = [{ organizationId, chargedMs: first?.chargedMs ?? 0, usedMs: 10_000 }];
      const [second] = await schedule.claim('worker-1', 1, ended);
      expect(second?.chargedMs).toBeGreaterThan(first?.chargedMs ?? Number.POSITIVE_INFINITY);
    });
  });
}
