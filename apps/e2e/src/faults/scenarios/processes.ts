import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../harness/until.js';
import { bytesOf } from '../statements.js';
import type { RoleProcess } from '../world/role-process.js';
import { holderOf, rowOf, storedCount, untilDownloads, untilState } from '../world/task-results.js';
import type { World } from '../world/world.js';
import type { Scenario } from './scenario.js';

const PATIENCE_MS = 40_000;
const BOTH = ['redis', 'postgres'] as const;
/** A download that never comes: whoever fetches the plan is in the middle of an evaluation. */
const HANGING = { hang: true };

/** Faults of our own processes. */
export const processScenarios: readonly Scenario[] = [
  {
    name: 'kill-ingress-before-commit',
    about: 'ingress is killed while a request is on its way to Postgres; the caller asks again',
    queues: BOTH,
    inCi: [],
    async tell(world) {
      const tenant = await world.tenant();
      const trapped = world.postgres.proxy.trap({ text: bytesOf('D1'), stop: 'before' });
      const sending = world.offer(tenant);
      await trapped;
      assert.equal(await storedCount(world, tenant.marker), 0);
      await restart(world.processes.ingress);
      assert.equal((await sending).accepted, true);
      return undefined;
    },
  },
  {
    name: 'kill-ingress-after-commit',
    about: 'ingress is killed when Postgres has the request and the caller no answer; the caller asks again',
    queues: BOTH,
    inCi: ['redis'],
    async tell(world) {
      const tenant = await world.tenant();
      const trapped = world.postgres.proxy.trap({ text: bytesOf('D1'), stop: 'after' });
      const sending = world.offer(tenant);
      await trapped;
      await until('the commit', PATIENCE_MS, async () =>
        (await storedCount(world, tenant.marker)) === 1 ? true : null,
      );
      await restart(world.processes.ingress);
      assert.equal((await sending).accepted, true);
      return undefined;
    },
  },
  {
    name: 'kill-worker-mid-check',
    about: 'the worker that evaluates is killed',
    queues: BOTH,
    inCi: ['redis'],
    tell: (world) => killHolders(world, 1),
  },
  {
    name: 'kill-worker-mid-check-twice',
    about: 'the worker that evaluates is killed, and so is the one that took over',
    queues: BOTH,
    inCi: [],
    tell: (world) => killHolders(world, 2),
  },
  {
    name: 'zombie-worker',
    about: 'a worker sleeps beyond its lease with a verdict on its way; when it arrives it changes nothing',
    queues: BOTH,
    inCi: ['redis'],
    tell: (world) => sleepAtVerdict(world, 0),
  },
  {
    name: 'zombie-worker-60-s',
    about: 'the same, and the worker sleeps for a minute',
    queues: BOTH,
    inCi: [],
    tell: (world) => sleepAtVerdict(world, 60_000),
  },
  {
    name: 'kill-keeper',
    about: 'the only keeper is killed while it decides what is late; another decides in time',
    queues: BOTH,
    inCi: [],
    async tell(world) {
      const [first, second] = workersOf(world);
      const tenant = await world.tenant();
      second.pause();
      const id = await world.send(tenant, { faults: { archivist: [HANGING, HANGING] } });
      await world.postgres.proxy.trap({ text: bytesOf('late'), stop: 'before' });
      await first.kill();
      second.resume();
      await untilState(world, id, ['delivered']);
      return undefined;
    },
  },
  {
    name: 'kill-between-patch-and-end',
    about:
      'a worker is killed when Terraform has the verdict and Postgres does not know; the same bytes are sent again',
    queues: BOTH,
    inCi: ['redis'],
    async tell(world) {
      const [first, second] = workersOf(world);
      const tenant = await world.tenant();
      await second.kill();
      const trapping = world.postgres.proxy.trap({ text: bytesOf('D6'), stop: 'before' });
      const id = await world.send(tenant);
      await trapping;
      await first.kill();
      assert.equal((await rowOf(world, id)).state, 'decided');
      await Promise.all([first.start(), second.start()]);
      await untilState(world, id, ['delivered']);
      const { callbacks } = await world.host.simulator.history(id);
      const finals = callbacks.filter(({ status }) => status === 'failed');
      assert.equal(finals.length, 2);
      assert.deepEqual(finals[0]?.body, finals[1]?.body);
      return undefined;
    },
  },
  {
    name: 'stop-worker-with-work-in-flight',
    about: 'a worker is asked to stop in the middle of work; it ends in order, and another goes on at once',
    queues: BOTH,
    inCi: [],
    async tell(world) {
      const tenant = await world.tenant();
      const id = await world.send(tenant, { faults: { archivist: [HANGING] } });
      const worker = await holderOf(world, id, 1);
      assert.deepEqual(await worker.stop(), { code: 0, signal: null });
      await untilState(world, id, ['delivered']);
      return undefined;
    },
  },
  {
    name: 'stop-worker-twice',
    about: 'a worker is asked to stop, and at once again; it ends without waiting, and another takes over',
    queues: BOTH,
    inCi: [],
    async tell(world) {
      const tenant = await world.tenant();
      const id = await world.send(tenant, { faults: { archivist: [HANGING] } });
      const worker = await holderOf(world, id, 1);
      process.kill(worker.pid, 'SIGTERM');
      await sleep(100);
      await worker.stop();
      await untilState(world, id, ['delivered']);
      return undefined;
    },
  },
];

async function killHolders(world: World, times: number): Promise<undefined> {
  const tenant = await world.tenant();
  const id = await world.send(tenant, { faults: { archivist: Array.from({ length: times }, () => HANGING) } });
  for (let attempt = 1; attempt <= times; attempt++) {
    const worker = await holderOf(world, id, attempt);
    await untilDownloads(world, id, attempt);
    // While the lease lives, whoever asks for work gets other work.
    for (const other of await Promise.all([world.send(tenant), world.send(tenant), world.send(tenant)])) {
      await untilState(world, other, ['delivered']);
    }
    assert.equal((await rowOf(world, id)).attempt, attempt);
    await restart(worker);
  }
  await untilState(world, id, ['delivered']);
  assert.equal((await rowOf(world, id)).attempt, times + 1);
}

/** The first verdict is stopped on its way, its worker sleeps, another takes over and is slow; then the first arrives. */
async function sleepAtVerdict(world: World, sleepMs: number): Promise<undefined> {
  const tenant = await world.tenant();
  const trapping = world.postgres.proxy.trap({ text: bytesOf('D4'), stop: 'before' });
  const id = await world.send(tenant, { faults: { archivist: [{}, { delayMs: 5_000 }] } });
  const zombie = await holderOf(world, id, 1);
  const trapped = await trapping;
  const { callbacks } = await world.host.simulator.history(id);
  assert.deepEqual(callbacks, [], 'a verdict was sent before it was written');
  zombie.pause();
  const other = await holderOf(world, id, 2);
  assert.notEqual(other.name, zombie.name);
  trapped.release();
  await sleep(1_000);
  const { state, epoch } = await rowOf(world, id);
  assert.deepEqual({ state, epoch }, { state: 'evaluating', epoch: 2 });
  await sleep(sleepMs);
  zombie.resume();
  await untilState(world, id, ['delivered']);
}

async function restart(process: RoleProcess): Promise<void> {
  await process.kill();
  await process.start();
}

function workersOf({ processes }: World): readonly [RoleProcess, RoleProcess] {
  return [processes['worker-1'], processes['worker-2']];
}
