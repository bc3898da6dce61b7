import { setTimeout as sleep } from 'node:timers/promises';
import { assertNever } from '@rungate/run-task';
import { violationsOf } from '@rungate/run-task/testing';
import type { Told } from '../faults/scenarios/scenario.js';
import { bytesOf } from '../faults/statements.js';
import { startLoad } from '../faults/world/load.js';
import { queueFaults, type QueueFaults } from '../faults/world/queue-faults.js';
import { record } from '../faults/world/record.js';
import type { World } from '../faults/world/world.js';
import type { Fault, Planned, Schedule } from './schedule.js';

interface Stage {
  readonly world: World;
  readonly queue: QueueFaults;
}

/** Lets a schedule happen, ends its faults, waits until nothing is owed, and judges the history. */
export async function runSchedule(world: World, schedule: Schedule): Promise<Told> {
  world.begin();
  const from = Date.now();
  const stage = { world, queue: queueFaults(world) };
  const tenants = await Promise.all(Array.from({ length: schedule.organizations }, () => world.tenant()));
  const load = startLoad(world, { tenants, ...schedule });
  await Promise.all([letHappen(stage, schedule.faults), sleep(schedule.durationMs)]);
  await stage.queue.calm();
  await world.heal();
  // While something was away nothing is promised; deadlines are far enough behind it, unless the machine is very busy.
  const platformOutages = [{ from, to: Date.now() }];
  await load.stop();
  await world.settle();
  const history = await record(world, { platformOutages });
  return { history, violations: violationsOf(history) };
}

/** Each at its time; what concerns the same thing waits for the one before. */
async function letHappen(stage: Stage, faults: readonly Planned[]): Promise<void> {
  const ends = new Map<string, Promise<void>>();
  const startedAt = performance.now();
  for (const planned of faults) {
    const lane = laneOf(stage.world, planned.fault);
    const before = ends.get(lane);
    const happening = async (): Promise<void> => {
      await before;
      await sleep(Math.max(0, planned.atMs - (performance.now() - startedAt)));
      await happen(stage, planned);
    };
    ends.set(lane, happening());
  }
  await Promise.all(ends.values());
}

function laneOf({ queue }: World, fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
    case 'stop':
    case 'pause':
      return fault.process;
    case 'kill_at_commit':
      return 'trap';
    case 'restart_postgres':
      return 'postgres';
    case 'queue':
    case 'restart_queue':
      return queue === 'postgres' ? 'postgres' : 'queue';
    case 'cut':
      return fault.what;
    default:
      return fault.kind;
  }
}

async function happen({ world, queue }: Stage, { fault, forMs }: Planned): Promise<void> {
  switch (fault.kind) {
    case 'kill':
      await world.processes[fault.process].kill();
      await sleep(forMs);
      return world.processes[fault.process].start();
    case 'stop':
      await world.processes[fault.process].stop();
      await sleep(forMs);
      return world.processes[fault.process].start();
    case 'pause':
      world.processes[fault.process].pause();
      await sleep(4 * forMs);
      world.processes[fault.process].resume();
      return;
    case 'kill_at_commit':
      return killAtCommit(world, fault, forMs);
    case 'postgres':
      return during(forMs, (condition) => world.postgres.proxy.become(condition), fault.condition);
    case 'host':
      return during(forMs, (condition) => world.host.become(condition), fault.condition);
    case 'ingress':
      return during(forMs, (condition) => world.ingressProxy.become(condition), fault.condition);
    case 'cut':
      proxyOf(world, fault.what).cut();
      return;
    case 'restart_postgres':
      return world.postgres.restart(fault.mode);
    case 'queue':
      await queue[fault.trouble]();
      await sleep(forMs);
      return queue.calm();
    case 'restart_queue':
      return queue.restart(fault.tickets);
    default:
      return assertNever(fault);
  }
}

type KillAtCommit = Extract<Fault, { kind: 'kill_at_commit' }>;

/** When nobody comes to this commit while the schedule lasts, nobody is killed. */
async function killAtCommit(world: World, { at, stop }: KillAtCommit, forMs: number): Promise<void> {
  const trapped = await world.postgres.proxy
    .trap({ text: bytesOf(at.commit), stop, withinMs: 5_000 })
    .catch(() => null);
  if (trapped === null) return;
  const killed = at.killed.map((name) => world.processes[name]);
  await Promise.all(killed.map((process) => process.kill()));
  trapped.release();
  await sleep(forMs);
  await Promise.all(killed.map((process) => process.start()));
}

async function during<T>(forMs: number, become: (condition: T | { kind: 'forward' }) => Promise<void>, condition: T) {
  await become(condition);
  await sleep(forMs);
  await become({ kind: 'forward' });
}

function proxyOf(world: World, what: 'postgres' | 'host' | 'ingress') {
  if (what === 'postgres') return world.postgres.proxy;
  return what === 'host' ? world.host.proxy : world.ingressProxy;
}
