import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLoad } from '../world/load.js';
import { queueFaults, type QueueFaults } from '../world/queue-faults.js';
import type { QueueKind, World } from '../world/world.js';
import type { Scenario } from './scenario.js';

interface Trouble {
  readonly name: string;
  readonly about: string;
  readonly inCi: readonly QueueKind[];
  /** What is done to the queue, while task results arrive; it is calmed afterwards. */
  readonly trouble: (queue: QueueFaults) => Promise<void>;
}

/** Longer than a canary and its patience, shorter than a deadline. */
const A_WHILE_MS = 6_000;
const EVERY_MS = 300;

const TROUBLES: readonly Trouble[] = [
  {
    name: 'queue-restarts-with-its-tickets',
    about: 'the queue starts anew and still has its tickets',
    inCi: [],
    trouble: (queue) => queue.restart('kept'),
  },
  {
    name: 'queue-restarts-empty',
    about: 'the queue starts anew and has no ticket left',
    inCi: ['postgres'],
    trouble: (queue) => queue.restart('lost'),
  },
  {
    name: 'queue-wiped-under-load',
    about: 'every ticket is removed again and again',
    inCi: [],
    trouble: (queue) => again(25, 200, () => queue.wipe()),
  },
  awayFor(3),
  awayFor(12),
  awayFor(60),
  {
    name: 'queue-never-answers',
    about: 'the queue takes connections and never answers',
    inCi: [],
    trouble: async (queue) => {
      await queue.silent();
      await sleep(A_WHILE_MS);
    },
  },
  {
    name: 'queue-out-of-memory',
    about: 'the queue refuses every write',
    inCi: [],
    trouble: async (queue) => {
      await queue.full();
      await sleep(A_WHILE_MS);
    },
  },
  {
    name: 'queue-evicts',
    about: 'the queue throws away tickets, as a wrong eviction policy makes it',
    inCi: [],
    trouble: (queue) => again(25, 200, () => queue.evict()),
  },
];

/** Faults of the queue: on Redis, and the same on Postgres as the queue. */
export const queueScenarios: readonly Scenario[] = TROUBLES.map(({ name, about, inCi, trouble }) => ({
  name,
  about,
  inCi,
  queues: ['redis', 'postgres'] as const,
  async tell(world: World) {
    const tenants = [await world.tenant(), await world.tenant()];
    const load = startLoad(world, { tenants, everyMs: EVERY_MS });
    await sleep(1_000);
    const queue = queueFaults(world);
    await trouble(queue).finally(() => queue.calm());
    await sleep(1_000);
    assert.notEqual((await load.stop()).length, 0);
    for (const { name: process, isRunning, said } of Object.values(world.processes)) {
      assert.ok(isRunning, `${process} ended; it said last: ${said.slice(-3_500)}`);
    }
    return undefined;
  },
}));

function awayFor(seconds: number): Trouble {
  return {
    name: `queue-away-${seconds}-s`,
    about: `the queue is away for ${seconds} seconds`,
    inCi: [],
    trouble: async (queue) => {
      await queue.away();
      await sleep(seconds * 1_000);
    },
  };
}

async function again(times: number, everyMs: number, act: () => Promise<void>): Promise<void> {
  for (let i = 0; i < times; i++) {
    await act();
    await sleep(everyMs);
  }
}
