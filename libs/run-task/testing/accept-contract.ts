import { allowances, findSigner } from '../src/index.js';
import { createHmac } from 'node:crypto';
import type { StoreDriver } from './store-harness.js';

const OTHER_BODY = 'b'.repeat(64);

/** What accept relies on. */
export function describeAccept(driver: () => StoreDriver): void {
  describe('accepting', () => {
    it('finds a run task by its hook, with the key that verifies', async () => {
      const hookId = await driver().addRunTask({
        terraformOrigin: 'https://tfe.example.com:8443',
        deadlineProfile: 'fixed',
        hmacSecret: 'a-secret-of-this-very-hook-and-no-other',
      });
      const hook = await driver().hook(hookId);
      expect(hook).toMatchObject({
        hookId,
        terraformOrigin: 'https://tfe.example.com:8443',
        deadlineProfile: 'fixed',
        suspended: false,
      });
      const body = Buffer.from('{}');
      const signature = createHmac('sha512', 'a-secret-of-this-very-hook-and-no-other').update(body).digest('hex');
      expect(findSigner(hook.keys, body, signature)?.id).toBe(hook.keys[0]?.id);
    });

    it('finds nothing by a hook id that nobody has', async () => {
      expect(await driver().harness.stores.hooks.findHook('no-such-hook-there-never-was-one')).toBeNull();
    });

    it('gives back what it recorded, with the deadlines of the profile', async () => {
      for (const deadlineProfile of ['rolling', 'fixed'] as const) {
        const hook = await driver().hook(await driver().addRunTask({ deadlineProfile }));
        const { id, accepted, answer } = await driver().offer(hook);
        expect(answer).toEqual({ kind: 'recorded' });
        const evaluation = await driver().harness.stores.tasks.loadEvaluation(await driver().claimOne(id));
        expect(evaluation).toMatchObject({
          stage: 'post_plan',
          request: accepted.request,
          terraformOrigin: 'https://app.terraform.io',
          downloadOrigins: ['https://archivist.terraform.io'],
          onTimeout: 'failed',
          finished: [],
        });
        const span = allowances(deadlineProfile);
        const since = evaluation?.receivedAt.getTime() ?? 0;
        expect((evaluation?.finalBy.getTime() ?? 0) - since).toBe(span.finalWithinMs);
        expect((evaluation?.progressBy.getTime() ?? 0) - since).toBe(span.progressWithinMs);
      }
    });

    it('knows a duplicate, and whether its body is the same; the first one stays', async () => {
      const hook = await driver().hook(await driver().addRunTask());
      const first = await driver().offer(hook, { taskResultId: 'taskrs-1' });
      const again = await driver().offer(hook, { taskResultId: 'taskrs-1' });
      const other = await driver().offer(hook, { taskResultId: 'taskrs-1', bodyHash: OTHER_BODY });
      expect(first.answer).toEqual({ kind: 'recorded' });
      expect(again.answer).toEqual({ kind: 'duplicate', sameBody: true });
      expect(other.answer).toEqual({ kind: 'duplicate', sameBody: false });
      const leases = await driver().harness.stores.schedule.claim('worker-1', 10);
      expect(leases.map(({ taskResultId }) => taskResultId)).toEqual([first.id]);
    });

    it('records one of many that arrive at once', async () => {
      const hook = await driver().hook(await driver().addRunTask());
      const offers = Array.from({ length: 10 }, () => driver().offer(hook, { taskResultId: 'taskrs-1' }));
      const kinds = (await Promise.all(offers)).map(({ answer }) => answer.kind).sort();
      expect(kinds).toEqual([...Array<string>(9).fill('duplicate'), 'recorded']);
    });

    it('knows a duplicate of what was delivered long ago', async () => {
      const hook = await driver().hook(await driver().addRunTask());
      const { id } = await driver().offer(hook, { taskResultId: 'taskrs-1' });
      const turn = await driver().decide(await driver().claimOne(id));
      await driver().finish(turn, { kind: 'delivered', presumed: false });
      const { answer } = await driver().offer(hook, { taskResultId: 'taskrs-1' });
      expect(answer).toEqual({ kind: 'duplicate', sameBody: true });
      expect(await driver().harness.stores.schedule.backlog()).toEqual({ claimable: 0, deliverable: 0 });
    });

    it('takes the same task result id at another run task for another task result', async () => {
      const one = await driver().hook(await driver().addRunTask());
      const two = await driver().hook(await driver().addRunTask());
      expect(one.organizationId).not.toBe(two.organizationId);
      for (const hook of [one, two]) {
        const { answer } = await driver().offer(hook, { taskResultId: 'taskrs-1' });
        expect(answer).toEqual({ kind: 'recorded' });
      }
    });

    it('refuses a key that was revoked after the hook was read', async () => {
      const hook = await driver().hook(await driver().addRunTask());
      await driver().harness.revokeKey(hook.hookId, hook.keys[0]?.id ?? '');
      expect((await driver().offer(hook)).answer).toEqual({ kind: 'refused' });
      expect((await driver().harness.stores.schedule.backlog()).claimable).toBe(0);
    });

    it('refuses an organization that was suspended after the hook was read', async () => {
      const hook = await driver().hook(await driver().addRunTask());
      await driver().harness.suspendOrganization(hook.hookId);
      expect((await driver().offer(hook)).answer).toEqual({ kind: 'refused' });
      expect((await driver().harness.stores.schedule.backlog()).claimable).toBe(0);
    });

    it('says when the run task or the state of its origin is not as the hook says', async () => {
      const hook = await driver().hook(await driver().addRunTask());
      const otherVersion = { ...hook, versionId: driver().harness.ids.next() };
      const otherState = { ...hook, originState: 'approved' as const };
      expect((await driver().offer(otherVersion, { taskResultId: 'taskrs-1' })).answer).toEqual({ kind: 'changed' });
      expect((await driver().offer(otherState, { taskResultId: 'taskrs-1' })).answer).toEqual({ kind: 'changed' });
      expect((await driver().harness.stores.schedule.backlog()).claimable).toBe(0);
      expect((await driver().offer(hook, { taskResultId: 'taskrs-1' })).answer).toEqual({ kind: 'recorded' });
    });

    it('notes registrations and refusals without making work of them', async () => {
      const { hooks, schedule } = driver().harness.stores;
      const hook = await driver().hook(await driver().addRunTask());
      await hooks.noteRegistration(hook, hook.keys[0]?.id ?? '');
      await hooks.noteRegistration(hook, hook.keys[0]?.id ?? '');
      await hooks.noteRefusal(hook, { reason: 'not_a_request', detail: '/run_id is missing.' });
      expect(await schedule.backlog()).toEqual({ claimable: 0, deliverable: 0 });
    });
  });
}
