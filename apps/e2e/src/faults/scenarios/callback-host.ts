import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../harness/checkout.js';
import { startLoopbackServer } from '../../harness/loopback-server.js';
import { postMany } from '../world/post-many.js';
import { untilState } from '../world/task-results.js';
import type { QueueKind, World } from '../world/world.js';
import type { Scenario } from './scenario.js';

const QUEUES = ['redis'] as const;
const DELIVERED = ['delivered'];
const GIGABYTE = 1024 ** 3;
const METADATA = 'http://169.254.169.254/latest/meta-data/';

interface Answering {
  readonly name: string;
  readonly about: string;
  readonly inCi: readonly QueueKind[];
  /** What becomes of the verdict's callbacks, one after another. */
  readonly verdict: readonly object[];
  readonly endsAs?: 'delivered' | 'undeliverable';
}

const ANSWERS: readonly Answering[] = [
  {
    name: 'host-answers-500-again-and-again',
    about: 'Terraform answers 500 six times',
    inCi: [],
    verdict: Array.from({ length: 6 }, () => ({ status: 500 })),
  },
  {
    name: 'host-throttles-for-5-s',
    about: 'Terraform answers 429 with Retry-After of 5 seconds',
    inCi: [],
    verdict: [{ status: 429, headers: { 'retry-after': '5' } }],
  },
  {
    name: 'host-throttles-for-an-hour',
    about: 'Terraform answers 429 with Retry-After of an hour; the last attempts before the deadline are made',
    inCi: [],
    verdict: [{ status: 429, headers: { 'retry-after': '3600' } }],
  },
  {
    name: 'host-never-answers',
    about: 'Terraform takes the verdict and never answers',
    inCi: [],
    verdict: [{ applied: true, hang: true }],
  },
  {
    name: 'host-answers-one-byte-a-second',
    about: 'Terraform takes the verdict and answers one byte a second',
    inCi: [],
    verdict: [{ applied: true, slow: 1 }],
  },
  {
    name: 'host-answers-a-gigabyte',
    about: 'Terraform takes the verdict and answers with a gigabyte',
    inCi: [],
    verdict: [{ applied: true, fillBytes: GIGABYTE }],
  },
  {
    name: 'host-resets-in-the-middle',
    about: 'Terraform takes the verdict and breaks off in the middle of its answer',
    inCi: [],
    verdict: [{ applied: true, resetMidBody: true }],
  },
  {
    name: 'host-redirects-to-metadata',
    about: 'Terraform redirects the verdict to a metadata service, twice',
    inCi: [],
    verdict: [{ redirectTo: METADATA }, { redirectTo: METADATA }],
    endsAs: 'undeliverable',
  },
];

/** Faults of the host that is called back. */
export const hostScenarios: readonly Scenario[] = [
  ...ANSWERS.map(({ name, about, inCi, verdict, endsAs = 'delivered' }) => ({
    name,
    about,
    inCi,
    queues: QUEUES,
    async tell(world: World) {
      const id = await world.send(await world.tenant(), { faults: { verdict } });
      await untilState(world, id, [endsAs]);
      return undefined;
    },
  })),
  {
    name: 'host-redirects-elsewhere',
    about: 'Terraform redirects the verdict to another host, which sees nothing',
    inCi: ['redis'],
    queues: QUEUES,
    async tell(world) {
      const stranger = await startLoopbackServer(() => ({ status: 200, body: '{}' }));
      const redirectTo = `${stranger.origin}/api/v2/task-results/1/callback`;
      const id = await world.send(await world.tenant(), { faults: { verdict: [{ redirectTo }, { redirectTo }] } });
      await untilState(world, id, ['undeliverable']);
      assert.deepEqual(stranger.requests, []);
      return undefined;
    },
  },
  {
    name: 'host-down-for-9-of-10-minutes',
    about: 'Terraform is away until 6 seconds before the deadline of a minute, as 9 minutes and more of 10',
    inCi: [],
    queues: QUEUES,
    async tell(world) {
      const tenant = await world.tenant();
      const id = await world.send(tenant, { faults: { archivist: [{ delayMs: 500 }] } });
      const { finalBy } = await world.host.simulator.history(id);
      await sleep(3_000 * (world.timeScale / 0.1));
      await world.host.become({ kind: 'refuse' });
      await sleep(Math.max(0, Date.parse(finalBy) - 60_000 * world.timeScale - Date.now()));
      await world.host.become({ kind: 'forward' });
      await untilState(world, id, DELIVERED);
      return undefined;
    },
  },
  {
    name: 'dead-host-with-5000-waiting',
    about: 'one host is dead with 5,000 deliveries waiting; the verdicts for another are delivered meanwhile',
    inCi: [],
    queues: QUEUES,
    world: {},
    tell: (world) => deadHost(world, 5_000),
  },
  {
    name: 'dead-host-with-200-waiting',
    about: 'the same with 200 deliveries',
    inCi: [],
    queues: QUEUES,
    tell: (world) => deadHost(world, 200),
  },
  {
    name: 'storm-of-401',
    about: 'one organization is answered 401 again and again; another at the same host is not held up by it',
    inCi: ['redis'],
    queues: QUEUES,
    async tell(world) {
      const [stormy, quiet] = [await world.tenant(), await world.tenant()];
      const refused = { verdict: Array.from({ length: 4 }, () => ({ status: 401 })) };
      const storm = await Promise.all(Array.from({ length: 60 }, () => world.send(stormy, { faults: refused })));
      const id = await world.send(quiet);
      await untilState(world, id, DELIVERED);
      const { callbacks } = await world.host.simulator.history(id);
      assert.equal(callbacks.filter(({ status }) => status === 'failed').length, 1);
      for (const one of storm) await untilState(world, one, ['undeliverable']);
      return undefined;
    },
  },
];

async function deadHost(world: World, count: number): Promise<undefined> {
  const [dead, alive] = [await world.tenant(`http://127.0.0.1:${await freePort()}`), await world.tenant()];
  await postMany(world, dead, count);
  const ids = await Promise.all(Array.from({ length: 5 }, () => world.send(alive)));
  for (const id of ids) await untilState(world, id, DELIVERED);
}
