import os from 'node:os';
import { aRequestBody } from '@rungate/run-task/testing';
import { z } from 'zod';
import { Api, type ApiAnswer } from './harness/api.js';
import { startCanary, type Canary } from './harness/canary.js';
import { freePort } from './harness/checkout.js';
import { cleanUp } from './harness/cleanup.js';
import { embeddedDatabaseUrl } from './harness/embedded-database.js';
import { sendSigned } from './harness/hook-request.js';
import { SUMMARY } from './harness/installation.js';
import { startRungate, type Rungate } from './harness/rungate-process.js';
import type { Hook } from './harness/simulator-process.js';
import { until } from './harness/until.js';

jest.setTimeout(90_000);

/** Addresses of this machine that are not loopback. */
const OWN_ADDRESSES = Object.values(os.networkInterfaces())
  .flatMap((each = []) => each)
  .filter(({ internal }) => !internal)
  .map(({ address }) => (address.includes(':') ? `[${address}]` : address));

/** Where the canary listens, in every spelling that might lead there. */
const TO_THE_CANARY = [
  '127.0.0.1',
  'localhost',
  'LOCALHOST',
  '[::1]',
  '127.0.0.2',
  '127.255.255.254',
  '127.1',
  '0',
  '0.0.0.0',
  '[::]',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0177.0.0.1',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '127.0.0.1.',
  'localhost.',
  'user@127.0.0.1',
  'app.terraform.io@127.0.0.1',
  '%31%32%37.0.0.1',
  '①②⑦.0.0.1',
  ...OWN_ADDRESSES,
].flatMap((host) => [`http://${host}:CANARY`, `https://${host}:CANARY`]);

const TO_OUR_OWN = [
  'http://127.0.0.1:POSTGRES',
  'http://[::1]:POSTGRES',
  'http://127.0.0.1:LISTENER',
  'http://localhost:METRICS',
];

/** Where no canary can sit: nothing may be accepted for them either. */
const ELSEWHERE = [
  'https://10.0.0.5',
  'https://172.16.0.1:8443',
  'https://192.168.1.1',
  'https://100.64.0.1',
  'https://[fd12:3456::1]',
  'http://169.254.169.254',
  'https://[fd00:ec2::254]',
  'https://100.100.100.200',
  'https://168.63.129.16',
  'https://192.0.0.192',
  'https://[fe80::1]',
  'https://224.0.0.1',
  'https://255.255.255.255',
  'https://app.terraform.io:8443',
  'https://app.terraform.io.',
  'http://app.terraform.io',
];

const put = z.object({ hookUrl: z.string(), hmacKey: z.string(), originState: z.string() });
const problem = z.object({ detail: z.string(), errors: z.array(z.object({ pointer: z.string() })).optional() });
const batched = z.object({ runTasks: z.array(z.object({ hookUrl: z.string(), hmacKey: z.string() })) });
const madeToken = z.object({ token: z.string() });

let rungate: Rungate;
let canary: Canary;
let operator: Api;
let admin: Api;
let editor: Api;
let partner: Api;
let ports: Readonly<Record<string, number>>;

beforeAll(async () => {
  const metrics = await freePort();
  canary = await startCanary();
  rungate = await startRungate({ env: { RUNGATE_METRICS_LISTEN: `127.0.0.1:${metrics}` } });
  ports = {
    CANARY: canary.port,
    POSTGRES: Number(new URL(embeddedDatabaseUrl(rungate.dataDir)).port),
    LISTENER: Number(new URL(rungate.url).port),
    METRICS: metrics,
  };
  operator = new Api(rungate);
  await operator.createRunTask('acme', 'steady', { terraformOrigin: 'https://app.terraform.io' });
  admin = await holderOf('/organizations/acme/tokens', { role: 'admin' });
  editor = await holderOf('/organizations/acme/tokens', { role: 'editor' });
  partner = await holderOf('/tokens', { role: 'onboarder', managedBy: 'crm' });
  await partner.call('PUT', '/organizations/initech', {});
});

afterAll(cleanUp);

async function holderOf(route: string, wanted: object): Promise<Api> {
  const { body } = await operator.call('POST', route, { name: 'test', ...wanted });
  return new Api(rungate, madeToken.parse(body).token);
}

const originOf = (written: string): string =>
  written.replace(/[A-Z]+$/, (service) => String(ports[service] ?? service));

let count = 0;
/** A run task of its own for each case: an ingress remembers a hook for two seconds. */
function newRunTask(organization: string): string {
  count += 1;
  return `/organizations/${organization}/run-tasks/case-${count}`;
}

/** A request as a Terraform at that origin would send it. */
function requestFrom(origin: string, id: string): string {
  return JSON.stringify(
    aRequestBody({
      task_result_id: id,
      task_result_callback_url: `${origin}/api/v2/task-results/${id}/callback`,
      plan_json_api_url: `${origin}/api/v2/plans/${id}/json-output`,
      configuration_version_download_url: `${origin}/api/v2/configuration-versions/${id}/download`,
    }),
  );
}

const CONNECT = { token: 'a-token', terraformOrganization: 'acme-corp', scope: 'global', enforcement: 'advisory' };

function expectPointer({ status, body }: ApiAnswer, expected: number, pointer: string): void {
  expect(status).toBe(expected);
  expect(problem.parse(body).errors?.map((error) => error.pointer)).toContain(pointer);
}

/** Sets a run task up there and tries every way out. */
async function tryAll(api: Api, organization: string, origin: string): Promise<Hook | null> {
  const runTask = newRunTask(organization);
  const answer = await api.call('PUT', runTask, { terraformOrigin: origin, checks: [SUMMARY] });
  if (answer.status === 400) {
    expectPointer(answer, 400, '/terraformOrigin');
    return null;
  }
  const hook = put.parse(answer.body);
  expect(hook.originState).toBe('pending');
  const id = `taskrs-${count}`;
  const refused = await sendSigned(hook, requestFrom(origin, id));
  expect(refused.status).toBe(422);
  expect(refused.body).toContain('awaits the approval of an operator');
  expect(await operator.idsOf(id)).toEqual([]);
  const connect = await api.call('POST', `${runTask}/connect`, CONNECT);
  expect(connect.status).toBe(422);
  expect(problem.parse(connect.body).detail).toContain('not approved');
  expect(await api.call('POST', `${runTask}/test`, { sample: 'safe' })).toMatchObject({ status: 200 });
  expect(await api.call('GET', `${runTask}/refusals`)).toMatchObject({
    body: { items: [{ reason: 'origin_not_approved' }] },
  });
  return hook;
}

describe.each([
  ['an administrator', () => admin, 'acme'],
  ['a partner', () => partner, 'initech'],
])('%s who sets a run task up', (_who, api, organization) => {
  it.each([...TO_THE_CANARY, ...TO_OUR_OWN, ...ELSEWHERE])('at %s reaches nobody there', async (written) => {
    await tryAll(api(), organization, originOf(written));
    expect(canary.seen()).toEqual([]);
  });
});

it.each([...TO_THE_CANARY, ...TO_OUR_OWN, ...ELSEWHERE])('an editor may not choose %s', async (written) => {
  const route = '/organizations/acme/run-tasks/steady';
  const answer = await editor.call('PUT', route, { terraformOrigin: originOf(written) });
  // What is no origin at all is said first.
  expectPointer(answer, answer.status === 400 ? 400 : 403, '/terraformOrigin');
  expect(await editor.call('GET', route)).toMatchObject({ body: { terraformOrigin: 'https://app.terraform.io' } });
  expect((await editor.call('POST', `${route}/connect`, CONNECT)).status).toBe(403);
  expect(canary.seen()).toEqual([]);
});

it('a partner gets no further with a batch', async () => {
  const terraformOrigin = originOf('http://127.0.0.1:CANARY');
  const line = { slug: 'batched', runTasks: [{ name: 'guard', terraformOrigin, checks: [SUMMARY] }] };
  const [made] = (await partner.batch([line])).map((answer) => batched.parse(answer).runTasks[0]);
  if (made === undefined) throw new Error('the batch made nothing');
  const answer = await sendSigned(made, requestFrom(terraformOrigin, 'taskrs-batched'));
  expect(answer.status).toBe(422);
  expect(canary.seen()).toEqual([]);
});

it('a download origin that nobody approved is asked for, too', async () => {
  const desired = { terraformOrigin: 'https://app.terraform.io', downloadOrigins: [originOf('http://[::1]:CANARY')] };
  expect((await admin.call('PUT', newRunTask('acme'), desired)).status).toBe(201);
  const asked = `/organizations/acme/origins/${encodeURIComponent(originOf('http://[::1]:CANARY'))}`;
  expect(await operator.call('GET', asked)).toMatchObject({ body: { state: 'pending' } });
});

it.each(TO_OUR_OWN)('even an operator leads nobody to %s', async (written) => {
  const runTask = newRunTask('acme');
  const answer = await operator.call('PUT', runTask, { terraformOrigin: originOf(written), checks: [SUMMARY] });
  const hook = put.parse(answer.body);
  expect(hook.originState).toBe('approved');
  const connect = await admin.call('POST', `${runTask}/connect`, CONNECT);
  expect(connect.status).toBe(424);
  expect(problem.parse(connect.body).detail).toContain("one of Rungate's own services");
  const id = `taskrs-${count}`;
  expect((await sendSigned(hook, requestFrom(originOf(written), id))).status).toBe(200);
  const { state, deliveries } = await operator.settled(id);
  expect(state).toBe('undeliverable');
  expect(deliveries[0]?.attempts).toMatchObject([
    { status: null, error: expect.stringContaining("one of Rungate's own services") as string },
  ]);
});

it('the canary sees what an operator approves, for that organization alone, and nothing came before or after', async () => {
  const origin = originOf('http://127.0.0.1:CANARY');
  const [mine, theirs] = [await pendingAt('acme', admin, origin), await pendingAt('initech', partner, origin)];
  const route = `/organizations/acme/origins/${encodeURIComponent(origin)}`;
  expect((await operator.call('PUT', route, { state: 'approved' })).status).toBe(200);
  expect((await sendSigned(mine, requestFrom(origin, 'taskrs-approved'))).status).toBe(200);
  await until('the canary to see it', 30_000, () => (canary.seen().length > 0 ? true : null));
  expect((await sendSigned(theirs, requestFrom(origin, 'taskrs-theirs'))).status).toBe(422);
  await operator.call('PUT', route, { state: 'refused' });
  // Ingress may remember for up to 2 s that it was approved; what it takes until then is judged without it.
  await until('the refusal to act', 10_000, async () => {
    const answer = await sendSigned(mine, requestFrom(origin, 'taskrs-refused'));
    return answer.status === 422 ? true : null;
  });
  if ((await operator.idsOf('taskrs-refused')).length > 0) {
    expect((await operator.settled('taskrs-refused')).state).toBe('undeliverable');
  }
  for (const seen of canary.seen()) expect(seen).toContain('taskrs-approved');
});

async function pendingAt(organization: string, api: Api, terraformOrigin: string): Promise<Hook> {
  const { body } = await api.call('PUT', newRunTask(organization), { terraformOrigin, checks: [SUMMARY] });
  const { originState, ...hook } = put.parse(body);
  expect(originState).toBe('pending');
  return hook;
}
