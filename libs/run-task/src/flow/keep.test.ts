import { aCheck, aCheckResult } from '../../testing/builders.js';
import { RecordingQueue } from '../../testing/outside.js';
import { TaskResultScene } from '../../testing/scene.js';
import { aDecision, anOutcome } from '../../testing/store-harness.js';
import type { TaskStore } from '../ports.js';
import { after } from '../model/deadline.js';
import { keep, type Kept } from './keep.js';

const QUIET: Kept = {
  decidedLate: 0,
  decidedEarly: 0,
  expired: 0,
  keys: [],
  turns: [],
  unannounced: { evaluate: 0, deliver: 0 },
  errors: [],
};
const UNTIL_LATE = 525_000;

class Scene extends TaskResultScene {
  readonly queue = new RecordingQueue();

  keep(tasks: TaskStore = this.store.tasks): Promise<Kept> {
    const { schedule, clock } = this.store;
    return keep({ schedule, tasks, queue: this.queue, clock, random: () => 0.5, timeScale: 1 });
  }

  get messages(): readonly string[] {
    return this.row.deliveries.map(({ callback }) => callback.data.attributes.message);
  }
}

describe('keep', () => {
  it('does nothing while everything is well', async () => {
    const scene = new Scene();
    await scene.lease();
    expect(await scene.keep()).toEqual(QUIET);
    expect(scene.queue.tickets).toEqual([]);
  });

  it('announces work that nobody took', async () => {
    const scene = new Scene();
    expect(await scene.keep()).toEqual(QUIET);
    expect(scene.queue.tickets).toEqual([{ kind: 'evaluate', delayMs: 0 }]);
  });

  it('announces the work of a worker that was lost', async () => {
    const scene = new Scene();
    await scene.lease();
    scene.store.clock.advance(10_001);
    await scene.keep();
    expect(scene.queue.tickets).toEqual([{ kind: 'evaluate', delayMs: 0 }]);
  });

  it('decides at once what cannot start in time, and says what is in the way', async () => {
    const scene = new Scene();
    const { organizationId, id: taskResultId } = scene.row;
    const hopeless = { organizationId, taskResultId, epoch: 0, forecast: { before: 900, perMinute: 6 } };
    scene.store.schedule.findHopeless = () => Promise.resolve([hopeless]);
    expect(await scene.keep()).toMatchObject({ decidedLate: 0, decidedEarly: 1, turns: [{ organizationId }] });
    expect(scene.row.taskResult).toMatchObject({ state: 'decided', verdict: 'failed' });
    expect(scene.messages).toEqual([expect.stringContaining('900 task results of this organization wait before')]);
  });

  it('says of what was held until its deadline that intake was paused', async () => {
    const scene = new Scene();
    const { organizationId, id: taskResultId } = scene.row;
    scene.store.schedule.findLate = () => Promise.resolve([{ organizationId, taskResultId, epoch: 0, isHeld: true }]);
    expect(await scene.keep()).toMatchObject({ decidedLate: 1, turns: [{ organizationId }] });
    expect(scene.messages).toEqual([expect.stringContaining('paused the intake of this organization')]);
  });

  it('leaves to a worker what it claimed meanwhile, whatever was foretold', async () => {
    const scene = new Scene();
    await scene.lease();
    const { organizationId, id: taskResultId } = scene.row;
    const hopeless = { organizationId, taskResultId, epoch: 0, forecast: { before: 900, perMinute: 6 } };
    scene.store.schedule.findHopeless = () => Promise.resolve([hopeless]);
    expect(await scene.keep()).toEqual(QUIET);
  });

  it('announces deliveries that are due', async () => {
    const scene = new Scene();
    await scene.store.tasks.decide(await scene.lease(), aDecision());
    scene.store.clock.advance(20_000);
    await scene.keep();
    expect(scene.queue.tickets).toEqual([{ kind: 'deliver', delayMs: 0 }]);
  });

  it('says what it could not announce, so that its process does it', async () => {
    const scene = new Scene();
    scene.queue.away = true;
    expect(await scene.keep()).toEqual({ ...QUIET, unannounced: { evaluate: 1, deliver: 0 } });
    await scene.store.tasks.decide(await scene.lease(), aDecision());
    scene.store.clock.advance(20_000);
    expect(await scene.keep()).toEqual({ ...QUIET, unannounced: { evaluate: 0, deliver: 1 } });
  });

  it('decides what nobody took before its time ran out', async () => {
    const scene = new Scene({ onTimeout: 'passed' });
    scene.store.clock.advance(UNTIL_LATE - 1);
    expect((await scene.keep()).decidedLate).toBe(0);
    scene.store.clock.advance(1);
    const kept = await scene.keep();
    expect(kept).toMatchObject({ decidedLate: 1, turns: [{ organizationId: scene.row.organizationId }], errors: [] });
    expect(scene.row.taskResult).toEqual({ state: 'decided', epoch: 1, verdict: 'passed' });
    expect(scene.messages).toEqual([expect.stringMatching(/^Passed without being judged: no worker was free/)]);
    expect(await scene.keep()).toEqual(QUIET);
  });

  it('decides for a worker that is late, and names what it was late with', async () => {
    const scene = new Scene({ onTimeout: 'passed', checks: [aCheck({ name: 'done' }), aCheck({ name: 'slow' })] });
    const lease = await scene.lease();
    await scene.store.tasks.saveCheckResults(lease, [aCheckResult({ name: 'done' })]);
    scene.row.progressDueAt = new Date('2027-01-01T00:00:00.000Z');
    scene.store.clock.advance(UNTIL_LATE);
    await scene.store.schedule.renew('worker-1', [lease]);
    expect(await scene.keep()).toMatchObject({ decidedLate: 1 });
    expect(scene.row.taskResult).toMatchObject({ verdict: 'failed', epoch: 2 });
    expect(scene.messages[0]).toMatch(/no result in time.*\(slow\)/);
    expect(await scene.store.tasks.decide(lease, aDecision('passed'))).toEqual({ kind: 'stale', state: 'decided' });
  });

  it('leaves it to the keeper that was first', async () => {
    const scene = new Scene();
    scene.store.clock.advance(UNTIL_LATE);
    const kept = await Promise.all([scene.keep(), scene.keep()]);
    expect(kept.flatMap(({ turns }) => turns)).toHaveLength(1);
    expect(scene.row.deliveries).toHaveLength(1);
  });

  it('leaves a verdict to its turn when progress is being sent', async () => {
    const scene = new Scene();
    const lease = await scene.lease();
    scene.store.clock.advance(UNTIL_LATE - 1_000);
    await scene.store.schedule.renew('worker-1', [lease]);
    expect((await scene.keep()).turns).toHaveLength(1);
    scene.store.clock.advance(1_000);
    expect((await scene.keep()).turns).toEqual([]);
    expect(scene.row.taskResult.state).toBe('decided');
    scene.store.clock.advance(18_000);
    expect(await scene.store.schedule.claimDeliveries(1)).toHaveLength(1);
  });

  it('reports progress 15 s after the request, then every 3 minutes less some jitter', async () => {
    const scene = new Scene({ checks: [aCheck({ name: 'done' }), aCheck({ name: 'slow' })] });
    const lease = await scene.lease();
    await scene.store.tasks.saveCheckResults(lease, [aCheckResult({ name: 'done' })]);
    const sent: number[] = [];
    for (let second = 1; second <= 400; second++) {
      scene.store.clock.advance(1_000);
      await scene.store.schedule.renew('worker-1', [lease]);
      for (const turn of (await scene.keep()).turns) {
        sent.push(second);
        const delivery = await scene.store.tasks.loadDelivery(turn);
        if (delivery !== null)
          await scene.store.tasks.finishAttempt(delivery, anOutcome({ kind: 'delivered', presumed: false }));
      }
    }
    expect(sent).toEqual([15, 186, 357]);
    expect(scene.messages[0]).toBe('Running: 1 of 2 checks done — still running: slow.');
    expect(scene.row.deliveries[0]?.callback.data.attributes.status).toBe('running');
  });

  it('reports no progress of checks that take longer than they may, so that a hang is not hidden for an hour', async () => {
    const scene = new Scene({ checks: [aCheck({ name: 'done' }), aCheck({ name: 'hanging', timeoutSeconds: 60 })] });
    const lease = await scene.lease();
    await scene.store.tasks.saveCheckResults(lease, [aCheckResult({ name: 'done' })]);
    const sent: number[] = [];
    for (let minute = 1; minute <= 40 && scene.row.taskResult.state === 'evaluating'; minute++) {
      scene.store.clock.advance(60_000);
      await scene.store.schedule.renew('worker-1', [lease]);
      for (const turn of (await scene.keep()).turns) {
        const delivery = await scene.store.tasks.loadDelivery(turn);
        if (delivery === null) continue;
        if (delivery.kind === 'progress') sent.push(minute);
        const deadlines = {
          progressBy: after(scene.store.clock.now(), 600_000),
          decideAt: after(scene.store.clock.now(), 525_000),
          finalBy: delivery.finalBy,
        };
        await scene.store.tasks.finishAttempt(
          delivery,
          anOutcome({ kind: 'delivered', presumed: false }, { deadlines }),
        );
      }
    }
    expect(sent).toEqual([1, 4, 7, 10, 13]);
    expect(scene.row.taskResult).toMatchObject({ verdict: 'failed' });
  });

  it('reports no progress for a task result whose lease was lost meanwhile', async () => {
    const scene = new Scene();
    await scene.lease();
    scene.row.progressDueAt = scene.store.clock.now();
    const overtaken: TaskStore = Object.assign(Object.create(scene.store.tasks) as TaskStore, {
      loadEvaluation: () => Promise.resolve(null),
    });
    expect(await scene.keep(overtaken)).toEqual(QUIET);
  });

  it('gives up deliveries whose deadline has passed', async () => {
    const scene = new Scene();
    await scene.store.tasks.decide(await scene.lease(), aDecision());
    scene.store.clock.advance(600_000);
    expect(await scene.keep()).toEqual({ ...QUIET, expired: 1 });
    expect(scene.row.taskResult).toMatchObject({ state: 'undeliverable' });
    expect(scene.row.grant).toBeNull();
  });

  it('does not let one task result that cannot be opened hold up the rest', async () => {
    const scene = new Scene();
    await scene.lease();
    scene.store.clock.advance(UNTIL_LATE);
    const error = new Error('the token cannot be opened');
    const broken: TaskStore = Object.assign(Object.create(scene.store.tasks) as TaskStore, {
      takeOver: () => Promise.reject(error),
    });
    expect(await scene.keep(broken)).toEqual({ ...QUIET, errors: [error] });
  });
});
