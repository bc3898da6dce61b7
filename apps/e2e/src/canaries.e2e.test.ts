import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { aRequestBody } from '@rungate/run-task/testing';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { Api } from './harness/api.js';
import { CHECKOUT, newDirectory } from './harness/checkout.js';
import { cleanUp } from './harness/cleanup.js';
import { dumpAllTables } from './harness/embedded-database.js';
import { postSigned, sendSigned } from './harness/hook-request.js';
import { GUARD, SUMMARY } from './harness/installation.js';
import { startLoopbackServer } from './harness/loopback-server.js';
import { REDIS_PASSWORD, startRedis } from './harness/redis.js';
import { startRungate } from './harness/rungate-process.js';
import { until } from './harness/until.js';

jest.setTimeout(180_000);
afterAll(cleanUp);

/** A plan with marked values, one of which is replaced by a canary. */
const PLAN = path.join(CHECKOUT, 'apps/terraform-simulator/fixtures/sensitive/plan.json');
const MARKED = 'not-a-secret-second';

const created = z.object({ hmacKey: z.string(), hookUrl: z.string() });
const rotated = z.object({ id: z.string(), hmacKey: z.string() });
const apiToken = z.object({ token: z.string() });

/** Everything that must be found nowhere, by what it is. */
function plant() {
  const canary = (name: string): string => `canary-${name}-${randomBytes(12).toString('hex')}`;
  return {
    bootstrapToken: canary('bootstrap-token'),
    masterKey: randomBytes(32).toString('base64'),
    hmacKey: canary('hmac-key'),
    accessToken: canary('access-token'),
    callbackPath: canary('callback'),
    planPath: canary('plan'),
    planValue: canary('marked'),
    redisPassword: REDIS_PASSWORD,
  };
}

/** As text, and as a dump or a log might write its bytes. */
function spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const raw = Buffer.from(secret, 'base64');
  return [
    secret,
    ...[bytes, raw].flatMap((form) => [form.toString('hex'), form.toString('base64'), form.toString('base64url')]),
  ].filter((text) => text.length >= 15);
}

/** Which secrets a text holds: names, not the secrets. */
function leaks(secrets: Readonly<Record<string, string>>, text: string): readonly string[] {
  return Object.entries(secrets)
    .filter(([, secret]) => spellings(secret).some((spelling) => text.includes(spelling)))
    .map(([name]) => name);
}

async function dumpRedis(client: Redis): Promise<string> {
  const parts: unknown[] = [];
  for (const key of await client.keys('*')) {
    const read: Readonly<Record<string, () => Promise<unknown>>> = {
      string: () => client.get(key),
      hash: () => client.hgetall(key),
      list: () => client.lrange(key, 0, -1),
      set: () => client.smembers(key),
      zset: () => client.zrange(key, 0, '-1'),
      stream: () => client.xrange(key, '-', '+'),
    };
    parts.push(key, await read[await client.type(key)]?.());
  }
  return JSON.stringify(parts);
}

describe.each(['Postgres', 'Redis'] as const)('secrets of every kind, with the queue in %s', (queue) => {
  it('are nowhere in clear: rows, queue, logs, answers, audit events; in flight and afterwards', async () => {
    const planted = plant();
    const redis = queue === 'Redis' ? await startRedis() : null;
    const rungate = await startRungate({
      dataDir: newDirectory(),
      env: {
        RUNGATE_BOOTSTRAP_TOKEN: planted.bootstrapToken,
        RUNGATE_ENCRYPTION_KEY: planted.masterKey,
        ...(redis === null ? {} : { REDIS_URL: redis.url }),
      },
    });
    const api = new Api(rungate, planted.bootstrapToken);
    let letGo: () => void = () => undefined;
    const dumped = new Promise<void>((resolve) => (letGo = resolve));
    const plan = readFileSync(PLAN, 'utf8').replaceAll(MARKED, planted.planValue);
    expect(plan).toContain(planted.planValue);
    const terraform = await startLoopbackServer(async ({ method }) => {
      if (method !== 'GET') return { status: 200, body: '{}' };
      await dumped;
      return { status: 200, body: plan };
    });

    const answers: unknown[] = [];
    const ask = async (method: string, route: string, body?: unknown): Promise<unknown> => {
      const answer = await api.call(method, route, body);
      answers.push(answer);
      return answer.body;
    };
    await api.call('PUT', '/organizations/acme', {});
    const guard = '/organizations/acme/run-tasks/guard';
    const desired = { terraformOrigin: terraform.origin, checks: [GUARD, SUMMARY] };
    const made = created.parse((await api.call('PUT', guard, { ...desired, hmacKey: planted.hmacKey })).body);
    const second = rotated.parse((await api.call('POST', `${guard}/hmac-keys`, { overlapHours: 1 })).body);
    const token = apiToken.parse(
      (await api.call('POST', '/organizations/acme/tokens', { name: 'ci', role: 'viewer', expiresInDays: 1 })).body,
    );
    const secrets = { ...planted, rotatedKey: second.hmacKey, apiToken: token.token };
    const hook = { hookUrl: made.hookUrl, hmacKey: planted.hmacKey };
    const body = (changes: object): string =>
      JSON.stringify(
        aRequestBody({
          access_token: planted.accessToken,
          task_result_callback_url: `${terraform.origin}/api/v2/task-results/${planted.callbackPath}/callback`,
          plan_json_api_url: `${terraform.origin}/api/v2/plans/${planted.planPath}/json-output`,
          ...changes,
        }),
      );

    expect((await sendSigned(hook, body({ task_result_id: 'taskrs-canary' }))).status).toBe(200);
    await until('the plan to be asked for', 60_000, () => (terraform.requests.length > 0 ? true : null));
    const inFlight = await dumpAllTables(rungate.dataDir);
    const queued = redis === null ? '' : await dumpRedis(redis.client);

    // What goes wrong is answered, too.
    const away = {
      task_result_callback_url: `http://127.0.0.1:9/api/v2/task-results/${planted.callbackPath}/callback`,
    };
    answers.push(
      await postSigned(hook, body(away)),
      await postSigned({ ...hook, hmacKey: `${planted.hmacKey}\n` }, body({})),
      await postSigned(hook, `{"access_token":"${planted.accessToken}",`),
    );
    await ask('PUT', '/organizations/acme/run-tasks/other', { ...desired, hmacKey: planted.hmacKey });
    await ask('PUT', guard, { ...desired, hmacKey: planted.hmacKey, colour: 1 });
    await ask('DELETE', `${guard}/hmac-keys/${second.id}`);
    await ask('POST', `${guard}/hmac-keys`, { hmacKey: second.hmacKey });
    letGo();
    const detail = await api.settled('taskrs-canary');
    expect(detail.state).toBe('delivered');
    answers.push(detail);
    for (const route of ['', '/hmac-keys', '/refusals', '/setup?format=terraform'])
      await ask('GET', `${guard}${route}`);
    await ask('GET', '/organizations/acme/tokens');
    const trail = await ask('GET', '/organizations/acme/audit-events');
    await ask('GET', '/audit-events');
    const afterwards = await dumpAllTables(rungate.dataDir);
    await rungate.child.stop('SIGTERM');

    // The callback did carry the token, and the trail names what was done.
    const patches = terraform.requests.filter(({ method }) => method === 'PATCH');
    expect(patches.some(({ headers }) => headers.authorization?.includes(planted.accessToken))).toBe(true);
    expect(JSON.stringify(trail)).toContain('hmac-key.revoked');
    expect(inFlight).toContain(createHash('sha256').update(planted.hmacKey).digest('hex').slice(0, 8));

    const places = {
      inFlight,
      afterwards,
      queued,
      redisAfterwards: redis === null ? '' : await dumpRedis(redis.client),
      log: `${rungate.child.stdout}${rungate.child.stderr}`,
      postgresLog: readFileSync(path.join(rungate.dataDir, 'postgres.log'), 'utf8'),
      answers: JSON.stringify(answers),
      callbacks: patches.map((patch) => patch.body.toString('utf8')).join('\n'),
    };
    const found = Object.fromEntries(Object.entries(places).map(([place, text]) => [place, leaks(secrets, text)]));
    expect(found).toEqual(Object.fromEntries(Object.keys(places).map((place) => [place, []])));
  });
});
