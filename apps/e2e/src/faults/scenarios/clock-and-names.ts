import assert from 'node:assert/strict';
import { startLoopbackServer } from '../../harness/loopback-server.js';
import { clockOff, nameService, type Names, type NameService } from '../shims.js';
import { postOne, bodyOf } from '../world/post-many.js';
import { rowOf, untilState } from '../world/task-results.js';
import type { World } from '../world/world.js';
import type { Scenario } from './scenario.js';

const QUEUES = ['redis'] as const;
const TERRAFORM = 'terraform.test';

/** Wrong clocks and hostile name services. */
export const clockAndNameScenarios: readonly Scenario[] = [
  clockScenario('worker-clock-an-hour-ahead', 1),
  clockScenario('worker-clock-an-hour-behind', -1),
  {
    name: 'names-fail',
    about: 'the name of Terraform does not resolve for a while; the verdict arrives afterwards',
    queues: QUEUES,
    inCi: [],
    tell: (world) =>
      withNames(world, { [TERRAFORM]: 'EAI_AGAIN' }, async ({ id, service, requests }) => {
        assert.deepEqual(requests(), 0);
        service.say({ [TERRAFORM]: ['127.0.0.1'] });
        await untilState(world, id, ['delivered']);
      }),
  },
  {
    name: 'names-rebind',
    about: 'the name of Terraform becomes that of a metadata service; nothing is sent there',
    queues: QUEUES,
    inCi: [],
    tell: (world) =>
      withNames(world, { [TERRAFORM]: ['169.254.169.254'] }, ({ id }) => untilState(world, id, ['undeliverable'])),
  },
  {
    name: 'names-with-one-private-address',
    about: 'one of the addresses of Terraform is private and not granted; none of them is used',
    queues: QUEUES,
    inCi: [],
    tell: (world) =>
      withNames(world, { [TERRAFORM]: ['127.0.0.1', '10.1.2.3'] }, async ({ id, requests }) => {
        await untilState(world, id, ['undeliverable']);
        assert.equal(requests(), 0);
      }),
  },
];

function clockScenario(name: string, hours: number): Scenario {
  return {
    name,
    about: `the clock of a worker is an hour ${hours > 0 ? 'ahead' : 'behind'}; nothing is late or early by it`,
    queues: QUEUES,
    inCi: [],
    async tell(world) {
      const [worker, other] = world.workers;
      await Promise.all([worker?.kill(), other?.kill()]);
      await worker?.start(clockOff(hours).env);
      const tenant = await world.tenant();
      const id = await world.send(tenant, {
        faults: {
          archivist: [{ delayMs: 4_000 }],
          verdict: [{ status: 503 }, { status: 429, headers: { 'retry-after': '2' } }],
        },
      });
      await untilState(world, id, ['delivered']);
      assert.equal((await rowOf(world, id)).attempt, 1);
      await worker?.kill();
      return undefined;
    },
  };
}

interface Named {
  readonly id: string;
  readonly service: NameService;
  /** How many requests came. */
  readonly requests: () => number;
}

/** Both workers see these names; a task result's verdict is for the Terraform of that name. */
async function withNames(world: World, names: Names, then: (named: Named) => Promise<void>): Promise<undefined> {
  const terraform = await startLoopbackServer(() => ({ status: 200, body: '{}' }));
  const service = nameService(names);
  for (const worker of world.workers) {
    await worker.kill();
    await worker.start(service.env);
  }
  const tenant = await world.tenant(terraform.origin.replace('127.0.0.1', TERRAFORM));
  const body = bodyOf(tenant);
  assert.equal(await postOne(world, tenant, body), 200);
  await untilState(world, body.taskResultId, ['decided', 'delivered', 'undeliverable']);
  await then({ id: body.taskResultId, service, requests: () => terraform.requests.length });
  for (const worker of world.workers) await worker.kill();
}
