import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendSigned, signatureOf } from '../../harness/hook-request.js';
import { startLoopbackServer, type LoopbackServer } from '../../harness/loopback-server.js';
import { until } from '../../harness/until.js';
import { bodyOf, postOne } from '../world/post-many.js';
import { storedCount, untilState } from '../world/task-results.js';
import type { Tenant, World } from '../world/world.js';
import type { Scenario } from './scenario.js';

const QUEUES = ['redis'] as const;
const MEGABYTE = 1024 * 1024;
/** The platform's own patience is 10 s, and it looks once a second. */
const CUT_WITHIN_MS = 30_000;
/** Workers look once a second. */
const PURGED_WITHIN_MS = 30_000;
const MOMENTS = ['received_at', 'started_at', 'progress_by', 'final_by', 'decide_at', 'decided_at', 'delivered_at'];

/** Requests that are odd, or come at odd times; the rest of them are told in webhook.e2e.test.ts. */
export const requestScenarios: readonly Scenario[] = [
  {
    name: 'hundred-duplicates',
    about: 'one request comes a hundred times at once, and then with another body',
    queues: QUEUES,
    inCi: [],
    async tell(world) {
      const terraform = await startLoopbackServer(() => ({ status: 200, body: '{}' }));
      const tenant = await world.tenant(terraform.origin);
      const body = bodyOf(tenant);
      const statuses = await Promise.all(Array.from({ length: 100 }, () => postOne(world, tenant, body)));
      assert.ok(statuses.includes(200));
      assert.deepEqual(
        statuses.filter((status) => ![200, 503].includes(status)),
        [],
      );
      await untilState(world, body.taskResultId, ['delivered']);
      const other = { ...body, text: body.text.replace('{', '{"other":1,') };
      assert.equal(await postOne(world, tenant, other), 200);
      assert.equal(await storedCount(world, tenant.marker), 1);
      assert.equal(terraform.requests.length, 1);
      return undefined;
    },
  },
  {
    name: 'replay-after-a-day',
    about: 'a request that was delivered comes again a day later; it is answered 200 and does nothing',
    queues: QUEUES,
    inCi: [],
    async tell(world) {
      const { tenant, terraform, body } = await deliveredBefore(world, 1);
      assert.equal(await postOne(world, tenant, body), 200);
      await sleep(2_000);
      assert.equal(await storedCount(world, tenant.marker), 1);
      assert.equal(terraform.requests.length, 1);
      return undefined;
    },
  },
  {
    name: 'replay-after-purge',
    about: 'a request comes again when its task result was removed by age; it is answered 200 and does nothing',
    queues: QUEUES,
    inCi: ['redis'],
    async tell(world) {
      const { tenant, terraform, body } = await deliveredBefore(world, 91);
      const row = `FROM task_results WHERE workspace_name = '${tenant.marker}'`;
      await world.postgres.query(`UPDATE organizations SET look_for_aged_at = now() WHERE slug = '${tenant.slug}'`);
      await until('the details to be removed', PURGED_WITHIN_MS, async () =>
        (await world.postgres.query(`SELECT ${row} AND purged_at IS NOT NULL`)).length === 1 ? true : null,
      );
      const tombstone = await world.postgres.query(`SELECT * ${row}`);
      for (const again of [body, { ...body, text: body.text.replace('{', '{"other":1,') }]) {
        assert.equal(await postOne(world, tenant, again), 200);
      }
      await sleep(2_000);
      assert.deepEqual(await world.postgres.query(`SELECT * ${row}`), tombstone);
      assert.deepEqual(
        await world.postgres.query(`SELECT FROM deliveries WHERE task_result_id IN (SELECT id ${row})`),
        [],
      );
      assert.equal(terraform.requests.length, 1);
      return undefined;
    },
  },
  {
    name: 'body-of-20-mb',
    about: 'a signed body of 20 MB is refused, and nothing of it is stored',
    queues: QUEUES,
    inCi: [],
    async tell(world) {
      const tenant = await world.tenant();
      const padding = randomBytes(10 * MEGABYTE).toString('hex');
      const text = bodyOf(tenant).text.replace('{', `{"padding":"${padding}",`);
      // Whether the answer can be read depends on how much of the body was still to be sent.
      const status = await sendSigned(tenant.hook, text).then(
        (answer) => answer.status,
        () => 413,
      );
      assert.equal(status, 413);
      assert.equal(await storedCount(world, tenant.marker), 0);
      await world.send(tenant);
      return undefined;
    },
  },
  {
    name: 'slow-posts',
    about: 'fifty callers send a byte a second; they are cut off, and others are served meanwhile',
    queues: QUEUES,
    inCi: [],
    async tell(world) {
      const tenant = await world.tenant();
      const { text } = bodyOf(tenant);
      const url = new URL(tenant.hook.hookUrl);
      const head = [
        `POST ${url.pathname} HTTP/1.1`,
        `host: ${url.host}`,
        'content-type: application/json',
        `content-length: ${Buffer.byteLength(text)}`,
        `x-tfc-task-signature: ${signatureOf(text, tenant.hook.hmacKey)}`,
        '',
        '',
      ].join('\r\n');
      let open = 0;
      const slow = Array.from({ length: 50 }, () => {
        const socket = connect(Number(url.port), url.hostname).on('error', () => undefined);
        open += 1;
        socket.write(head);
        const dripping = setInterval(() => socket.write('{'), 1_000);
        socket.resume().on('close', () => {
          clearInterval(dripping);
          open -= 1;
        });
        return socket;
      });
      try {
        await world.send(tenant);
        await until('slow callers to be cut off', CUT_WITHIN_MS, () => (open === 0 ? true : null));
      } finally {
        for (const socket of slow) socket.destroy();
      }
      assert.equal(await storedCount(world, tenant.marker), 1);
      return undefined;
    },
  },
];

interface Delivered {
  readonly tenant: Tenant;
  readonly terraform: LoopbackServer;
  readonly body: ReturnType<typeof bodyOf>;
}

/** A request whose verdict was delivered, as if that many days ago. */
async function deliveredBefore(world: World, days: number): Promise<Delivered> {
  const terraform = await startLoopbackServer(() => ({ status: 200, body: '{}' }));
  const tenant = await world.tenant(terraform.origin);
  const body = bodyOf(tenant);
  await postOne(world, tenant, body);
  await untilState(world, body.taskResultId, ['delivered']);
  const earlier = MOMENTS.map((moment) => `${moment} = ${moment} - interval '${days} days'`).join(', ');
  await world.postgres.query(`UPDATE task_results SET ${earlier} WHERE workspace_name = '${tenant.marker}'`);
  return { tenant, terraform, body };
}
