import { OK, RecordingQueue, ScriptedCallbacks } from '../../testing/outside.js';
import { TaskResultScene } from '../../testing/scene.js';
import { aDecision, aProgress } from '../../testing/store-harness.js';
import { after } from '../model/deadline.js';
import type { CallbackAnswer } from '../model/retry.js';
import { Traffic } from '../model/traffic.js';
import type { DeliveryTurn } from '../ports.js';
import { deadlineOf, deliverDue, nextDelivery, type Delivered } from './deliver.js';

const status = (code: number): CallbackAnswer => ({ kind: 'status', status: code, retryAfterMs: null, title: null });
const SILENT: CallbackAnswer = { kind: 'no_answer', cause: 'timeout', sent: true, detail: 'no answer within 15 s' };

class Scene extends TaskResultScene {
  readonly queue = new RecordingQueue();
  readonly callbacks: ScriptedCallbacks;
  readonly traffic = new Traffic();

  constructor(answers: CallbackAnswer[] = []) {
    super();
    this.callbacks = new ScriptedCallbacks(answers);
  }

  deliver(turn: DeliveryTurn): Promise<Delivered | null> {
    const { tasks, clock } = this.store;
    const { callbacks, queue } = this;
    const ports = { tasks, callbacks, queue, clock, random: () => 0.5, timeScale: 1, traffic: this.traffic };
    return deliverDue(ports, turn, new AbortController().signal);
  }

  async decided(): Promise<DeliveryTurn> {
    const answer = await this.store.tasks.decide(await this.lease(), aDecision());
    if (answer.kind !== 'decided') throw new Error(answer.kind);
    return answer.turn;
  }

  async progress(): Promise<DeliveryTurn> {
    const turn = await this.store.tasks.startProgress(await this.lease(), aProgress());
    if (turn === null) throw new Error('no progress');
    return turn;
  }

  async next(): Promise<DeliveryTurn> {
    const turn = await this.nextOrNull();
    if (turn === null) throw new Error('nothing is due');
    return turn;
  }

  nextOrNull(): Promise<DeliveryTurn | null> {
    const { schedule, clock } = this.store;
    return nextDelivery({ schedule, clock, traffic: this.traffic, timeScale: 1 });
  }
}

describe('deliver', () => {
  it('sends the verdict with the token of the request, and forgets the token', async () => {
    const scene = new Scene();
    const delivered = await scene.deliver(await scene.decided());
    expect(delivered).toMatchObject({ answer: OK, step: { kind: 'delivered', presumed: false } });
    expect(scene.callbacks.sent).toEqual([
      {
        organizationId: scene.row.organizationId,
        url: 'https://app.terraform.io/api/v2/task-results/5ea8d46c/callback',
        accessToken: 'a-token.atlasv1.of-this-run',
        terraformOrigin: 'https://app.terraform.io',
        originRecords: [],
        callback: aDecision().callback,
      },
    ]);
    expect(scene.row.taskResult).toMatchObject({ state: 'delivered', verdict: 'failed' });
    expect(scene.row.grant).toBeNull();
    expect(scene.queue.tickets).toEqual([]);
  });

  it('sends nothing when there is nothing to send any more', async () => {
    const scene = new Scene();
    const turn = await scene.decided();
    await scene.deliver(turn);
    expect(await scene.deliver(turn)).toBeNull();
    expect(scene.callbacks.sent).toHaveLength(1);
  });

  it('sends the same bytes again when its time has come, and asks for a ticket then', async () => {
    const scene = new Scene([status(503)]);
    const delivered = await scene.deliver(await scene.decided());
    expect(delivered?.step).toEqual({ kind: 'retry', at: after(scene.store.clock.now(), 500) });
    expect(scene.queue.tickets).toEqual([{ kind: 'deliver', delayMs: 500 }]);
    scene.store.clock.advance(500);
    await scene.deliver(await scene.next());
    const [first, second] = scene.callbacks.sent;
    expect(second).toEqual(first);
    expect(scene.row.taskResult.state).toBe('delivered');
  });

  it('sends a shortened document after 413 or 422', async () => {
    const scene = new Scene([status(422), status(422)]);
    await scene.deliver(await scene.decided());
    expect(scene.queue.tickets).toEqual([{ kind: 'deliver', delayMs: 0 }]);
    const delivered = await scene.deliver(await scene.next());
    expect(Object.keys(scene.callbacks.sent[1]?.callback.data ?? {})).toEqual(['type', 'attributes']);
    expect(delivered?.step.kind).toBe('undeliverable');
    expect(scene.row.taskResult).toMatchObject({ state: 'undeliverable' });
    expect(scene.row.grant).toBeNull();
  });

  it('presumes that the caller has its answer when it refuses after a silence', async () => {
    const scene = new Scene([SILENT, status(401)]);
    await scene.deliver(await scene.decided());
    scene.store.clock.advance(20_000);
    const delivered = await scene.deliver(await scene.next());
    expect(delivered?.step).toEqual({ kind: 'delivered', presumed: true });
  });

  it('takes an attempt that its process did not survive for a silence', async () => {
    const scene = new Scene([status(404)]);
    await scene.decided();
    scene.store.clock.advance(20_000);
    const delivered = await scene.deliver(await scene.next());
    expect(delivered?.delivery.earlier).toEqual(['unknown']);
    expect(delivered?.step).toEqual({ kind: 'delivered', presumed: true });
  });

  it('sends nothing after the deadline', async () => {
    const scene = new Scene();
    const turn = await scene.decided();
    scene.store.clock.advance(600_000);
    const delivered = await scene.deliver(turn);
    expect(scene.callbacks.sent).toEqual([]);
    expect(delivered?.step).toMatchObject({
      kind: 'undeliverable',
      reason: expect.stringContaining('the deadline had passed before it was sent') as unknown,
    });
  });

  it('measures how long the caller took', async () => {
    const scene = new Scene();
    const turn = await scene.decided();
    scene.callbacks.send = () => {
      scene.store.clock.advance(1_234);
      return Promise.resolve(OK);
    };
    await scene.deliver(turn);
    expect(scene.row.deliveries[0]?.attempts[0]?.outcome?.durationMs).toBe(1_234);
  });
});

describe('deliver to a host that fails', () => {
  const REFUSED: CallbackAnswer = { kind: 'no_answer', cause: 'refused', sent: false, detail: 'nobody listens' };
  const origin = 'https://app.terraform.io';

  /** The host has failed for others. */
  function failing(scene: Scene): void {
    for (let n = 0; n < 5; n++) {
      const now = scene.store.clock.now();
      const admission = scene.traffic.admit({ organizationId: 'other', origin }, { share: 'due', isLast: false }, now);
      if (admission.kind === 'admitted') admission.ended(REFUSED, now);
    }
  }

  it('sends nothing, counts nothing, and goes back to those that wait', async () => {
    const scene = new Scene();
    failing(scene);
    const delivered = await scene.deliver(await scene.decided());
    expect(delivered).toMatchObject({
      answer: { cause: 'held', detail: `${origin} fails for everybody` },
      step: { kind: 'retry', at: after(scene.store.clock.now(), 1_000) },
    });
    expect(scene.callbacks.sent).toEqual([]);
    scene.store.clock.advance(1_000);
    expect(await scene.nextOrNull()).toBeNull();
    expect(await scene.store.schedule.backlog()).toMatchObject({ deliverable: 1 });
    scene.store.clock.advance(4_000);
    const probe = await scene.deliver(await scene.next());
    expect(probe).toMatchObject({ delivery: { earlier: [] }, step: { kind: 'delivered' } });
    expect(probe?.hostChange).toEqual({ origin, organizationId: null, failing: false });
  });

  it('makes one attempt 30 s and one 10 s before the deadline all the same, and none between', async () => {
    const scene = new Scene(Array<CallbackAnswer>(99).fill(REFUSED));
    const turn = await scene.decided();
    failing(scene);
    await scene.deliver(turn);
    const sentAt: number[] = [];
    for (let left = 599; left > 0; left--) {
      scene.store.clock.advance(1_000);
      // Others keep the breaker open, so that no attempt is the one that tries whether the host works.
      failing(scene);
      const before = scene.callbacks.sent.length;
      const next = await scene.nextOrNull();
      if (next !== null) await scene.deliver(next);
      if (scene.callbacks.sent.length > before) sentAt.push(left);
    }
    expect(sentAt).toEqual([30, 10]);
  });

  it('ends progress that was held back: the next one comes by itself', async () => {
    const scene = new Scene();
    failing(scene);
    const delivered = await scene.deliver(await scene.progress());
    expect(delivered?.step.kind).toBe('undeliverable');
    expect(scene.callbacks.sent).toEqual([]);
    expect(scene.row.taskResult.state).toBe('evaluating');
  });

  it('makes the first attempt at once when it was decided in the last 30 s', async () => {
    const scene = new Scene();
    const lease = await scene.lease();
    scene.store.clock.advance(580_000);
    failing(scene);
    const answer = await scene.store.tasks.decide(lease, aDecision());
    if (answer.kind !== 'decided') throw new Error(answer.kind);
    expect((await scene.deliver(answer.turn))?.step.kind).toBe('delivered');
  });
});

describe('deliver progress', () => {
  it('moves the idle deadline from the moment at which it was sent', async () => {
    const scene = new Scene();
    const turn = await scene.progress();
    scene.store.clock.advance(1_500);
    const sentAt = scene.store.clock.now();
    scene.callbacks.send = () => {
      scene.store.clock.advance(5_000);
      return Promise.resolve(OK);
    };
    await scene.deliver(turn);
    expect(scene.row.progressBy).toEqual(after(sentAt, 600_000));
    expect(scene.row.decideAt).toEqual(after(sentAt, 525_000));
    expect(scene.row.taskResult.state).toBe('evaluating');
  });

  it('sends none that is no longer new: its process stood still, and the verdict may be out', async () => {
    const scene = new Scene();
    const turn = await scene.progress();
    scene.store.clock.advance(2_500);
    const delivered = await scene.deliver(turn);
    expect(scene.callbacks.sent).toEqual([]);
    expect(delivered?.step).toMatchObject({ kind: 'undeliverable' });
  });

  it.each([status(503), status(401), status(409), SILENT])('is not sent again after %j', async (answer) => {
    const scene = new Scene([answer]);
    const turn = await scene.progress();
    const { progressBy } = scene.row;
    const delivered = await scene.deliver(turn);
    expect(delivered?.step.kind).toBe('undeliverable');
    expect(scene.row.progressBy).toEqual(progressBy);
    expect(scene.row.taskResult.state).toBe('evaluating');
    expect(scene.row.grant).not.toBeNull();
    expect(scene.queue.tickets).toEqual([]);
  });
});

describe('deadlineOf', () => {
  it('is the nearer of both', () => {
    const [near, far] = [new Date(1_000), new Date(2_000)];
    expect(deadlineOf({ progressBy: near, finalBy: far })).toBe(near);
    expect(deadlineOf({ progressBy: far, finalBy: near })).toBe(near);
  });
});
