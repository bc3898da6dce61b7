import type { Assignment, CallbackAnswer, CallbackSender, CheckRunner, Log, TicketKind } from '@rungate/run-task';
import { allowances } from '@rungate/run-task';
import { aCheck, aHook, FakeQuarantineStore, aRequest, InMemoryStore, reported } from '@rungate/run-task/testing';
import { createMetrics } from '@rungate/telemetry';
import { Worker, type TicketSource, type WorkerOptions } from './index.js';

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Tickets that a test hands out itself; `away` refuses every ticket, as a queue that cannot be reached does. */
class HandQueue implements TicketSource {
  readonly work = new Map<TicketKind, () => Promise<boolean>>();
  away = false;

  issue(): Promise<boolean> {
    return Promise.resolve(!this.away);
  }

  consume(kind: TicketKind, consumer: { work(): Promise<boolean> }): void {
    this.work.set(kind, () => consumer.work());
  }

  take(kind: TicketKind): Promise<boolean> {
    return this.work.get(kind)?.() ?? Promise.reject(new Error(`nobody consumes ${kind}`));
  }
}

interface Bench {
  readonly store: InMemoryStore;
  readonly queue: HandQueue;
  readonly worker: Worker;
  readonly sent: string[];
}

const passing: CheckRunner = {
  run: (assignment, ended) => {
    for (const check of assignment.checks) ended(reported(check.name));
    return Promise.resolve();
  },
};

async function bench(runner: CheckRunner = passing, changes: Partial<WorkerOptions> = {}): Promise<Bench> {
  const store = new InMemoryStore();
  const hook = aHook();
  store.addRunTask(hook, { checks: [aCheck()] });
  await accept(store, 'tr-1');
  const queue = new HandQueue();
  const sent: string[] = [];
  const worker = new Worker({
    id: 'w-1',
    concurrency: 2,
    schedule: store.schedule,
    tasks: store.tasks,
    plans: { fetchPlan: () => Promise.resolve({ kind: 'unavailable', reason: 'no plan here' }) },
    callbacks: {
      send: ({ callback }): Promise<CallbackAnswer> => {
        sent.push(callback.data.attributes.status);
        return Promise.resolve({ kind: 'status', status: 200, retryAfterMs: null, title: null });
      },
    },
    runner,
    catalogue: { needsPlan: () => false },
    quarantines: new FakeQuarantineStore(),
    pluginVersion: () => '1.0.0',
    queue,
    clock: store.clock,
    steady: () => store.clock.now().getTime(),
    random: () => 0.5,
    timeScale: 1,
    drainMs: 100,
    hurry: new AbortController().signal,
    log: silent,
    metrics: createMetrics({ ofProcess: false }),
    ...changes,
  });
  worker.start();
  return { store, queue, worker, sent };
}

async function accept(store: InMemoryStore, id: string): Promise<void> {
  const request = aRequest({ task_result_id: id });
  const bodyHash = 'hash';
  const hook = aHook();
  await store.hooks.recordTaskResult({
    id,
    hook,
    keyId: 'key-1',
    request,
    bodyHash,
    allowances: allowances('rolling'),
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A runner whose checks go on until they are aborted. */
function endless(): { readonly runner: CheckRunner; readonly started: Promise<Assignment> } {
  let begin: (assignment: Assignment) => void = () => undefined;
  const started = new Promise<Assignment>((resolve) => {
    begin = resolve;
  });
  const runner: CheckRunner = {
    run: (assignment, _ended, signal) =>
      new Promise((resolve) => {
        begin(assignment);
        signal.addEventListener('abort', () => {
          resolve();
        });
      }),
  };
  return { runner, started };
}

describe('the worker', () => {
  it('claims, evaluates and delivers on one ticket, and says when nothing is left', async () => {
    const { store, queue, worker, sent } = await bench();
    expect(await queue.take('evaluate')).toBe(true);
    expect(await queue.take('evaluate')).toBe(false);
    await worker.stop();
    expect(sent).toEqual(['passed']);
    expect(store.row('tr-1').taskResult).toMatchObject({ state: 'delivered', verdict: 'passed' });
    expect(store.row('tr-1').grant).toBeNull();
  });

  it('does the work itself when the queue cannot be reached', async () => {
    const { store, queue, worker } = await bench();
    queue.away = true;
    await until(() => store.row('tr-1').taskResult.state === 'delivered');
    await worker.stop();
    expect(store.row('tr-1').attempt).toBe(1);
  });

  it('does all that waits while the queue cannot be reached, and no more of it at once than it has slots', async () => {
    let [running, most] = [0, 0];
    const runner: CheckRunner = {
      run: async (assignment, ended) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        for (const check of assignment.checks) ended(reported(check.name));
      },
    };
    const { store, queue, worker } = await bench(runner);
    const ids = Array.from({ length: 40 }, (_, index) => `waiting-${index}`);
    for (const id of ids) await accept(store, id);
    queue.away = true;
    const states = () => ids.map((id) => store.row(id).taskResult.state);
    await until(() => states().every((state) => state === 'delivered'));
    await worker.stop();
    expect(most).toBe(2);
    expect(ids.map((id) => store.row(id).attempt)).toEqual(ids.map(() => 1));
  });

  it('stops evaluating when its lease ran out, though the store cannot tell it', async () => {
    const { runner, started } = endless();
    const { store, queue, worker } = await bench(runner);
    store.schedule.renew = () => new Promise(() => undefined);
    const evaluation = queue.take('evaluate');
    await started;
    store.clock.advance(11_000);
    await evaluation;
    void worker.stop();
    expect(store.row('tr-1').results).toEqual([]);
    expect(await store.schedule.claim('w-2', 1)).toHaveLength(1);
  });

  it('stops evaluating when its lease is lost, and writes nothing', async () => {
    const { runner, started } = endless();
    const { store, queue, worker, sent } = await bench(runner);
    const evaluation = queue.take('evaluate');
    await started;
    store.clock.advance(11_000);
    await store.schedule.claim('w-2', 1);
    await evaluation;
    await worker.stop();
    expect(sent).toEqual([]);
    expect(store.row('tr-1')).toMatchObject({ leasedBy: 'w-2', taskResult: { state: 'evaluating', epoch: 2 } });
  });

  it('gives its leases back at a stop, so that another worker can go on at once', async () => {
    const { runner, started } = endless();
    const { store, queue, worker } = await bench(runner);
    const evaluation = queue.take('evaluate');
    await started;
    await worker.stop();
    await evaluation;
    expect(store.row('tr-1').taskResult.state).toBe('accepted');
    expect(await store.schedule.claim('w-2', 1)).toHaveLength(1);
    expect(await queue.take('evaluate')).toBe(false);
  }, 15_000);

  it('does not wait for work in flight when somebody is in a hurry, and gives its leases back all the same', async () => {
    const { runner, started } = endless();
    const hurry = new AbortController();
    const { store, queue, worker } = await bench(runner, { drainMs: 3_600_000, hurry: hurry.signal });
    const evaluation = queue.take('evaluate');
    await started;
    const stopped = worker.stop();
    hurry.abort();
    await Promise.all([stopped, evaluation]);
    expect(store.row('tr-1')).toMatchObject({ leasedBy: null, taskResult: { state: 'accepted' } });
  });

  it('stops an attempt that takes too long, and leaves the delivery to others', async () => {
    const aborted: boolean[] = [];
    const callbacks: CallbackSender = {
      send: (_request, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            aborted.push(signal.aborted);
            resolve({ kind: 'no_answer', cause: 'reset', sent: true, detail: 'stopped' });
          });
        }),
    };
    const { store, queue, worker } = await bench(passing, { callbacks });
    await queue.take('evaluate');
    await worker.stop();
    expect(aborted).toEqual([true]);
    store.clock.advance(1_000);
    expect(await store.schedule.claimDeliveries(1)).toHaveLength(1);
  });

  it('ends at a stop though the store is away', async () => {
    const { runner, started } = endless();
    const { store, queue, worker } = await bench(runner);
    store.schedule.release = () => Promise.reject(new Error('away'));
    const evaluation = queue.take('evaluate');
    await started;
    await worker.stop();
    await evaluation;
    expect(store.row('tr-1').taskResult.state).toBe('evaluating');
  });

  it('decides and delivers what is late, though its checks still run', async () => {
    const { runner, started } = endless();
    const { store, queue, worker, sent } = await bench(runner);
    const evaluation = queue.take('evaluate');
    await started;
    store.clock.advance(9 * 60_000);
    await until(() => store.row('tr-1').taskResult.state === 'delivered');
    await evaluation;
    await worker.stop();
    expect(sent).toEqual(['failed']);
    expect(store.row('tr-1').results).toMatchObject([{ status: 'errored', failure: 'timeout' }]);
  }, 15_000);
});
