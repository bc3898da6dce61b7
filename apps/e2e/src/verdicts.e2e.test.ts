import { routes } from '@rungate/contract';
import { cleanUp } from './harness/cleanup.js';
import { GUARD, judgeRun, startInstallation, SUMMARY, type Installation, type Judged } from './harness/installation.js';
import { startLoopbackServer, type LoopbackServer } from './harness/loopback-server.js';
import { recordHook, type RecordingHook } from './harness/recording-hook.js';
import { until } from './harness/until.js';

jest.setTimeout(90_000);

const reevaluations = routes.listReevaluations.responses[200].shape;
const ADVICE = { ...GUARD, enforcement: 'advisory' };

/** The run tasks of this file, by their checks. */
const RUN_TASKS = {
  guarded: [GUARD, SUMMARY],
  advised: [ADVICE],
  'before-apply': [{ ...GUARD, stages: ['pre_apply'] }],
  several: [
    { ...GUARD, name: 'databases', config: { protectedTypes: ['aws_db_instance'] } },
    { ...GUARD, name: 'data' },
    { ...ADVICE, name: 'advice' },
    { ...GUARD, name: 'trial', enforcement: 'shadow' },
    SUMMARY,
  ],
} as const;

type RunTask = keyof typeof RUN_TASKS;

/** What a download host gives, by path. */
const DOWNLOADS: Readonly<Record<string, string>> = {
  '/cut': '{"format_version":"1.2","resource_changes":[{"address":"terraform_data.a","chan',
  '/empty': '',
  '/page': '<html>Bad gateway</html>',
};

let installation: Installation;
let downloads: LoopbackServer;
let stranger: LoopbackServer;
const hooks = new Map<RunTask, RecordingHook>();

beforeAll(async () => {
  installation = await startInstallation();
  downloads = await startLoopbackServer(({ path }) => ({ status: 200, body: DOWNLOADS[path] ?? '{}' }));
  stranger = await startLoopbackServer(() => ({ status: 200, body: '{}' }));
  const { api, simulator } = installation;
  for (const name of ['guarded', 'advised', 'before-apply', 'several'] as const) {
    const hook = await api.createRunTask('acme', name, {
      terraformOrigin: simulator.origin,
      downloadOrigins: [simulator.origin, downloads.origin],
      checks: RUN_TASKS[name],
    });
    hooks.set(name, await recordHook(hook));
  }
});

afterAll(cleanUp);

async function judge(runTask: RunTask, run: object): Promise<Judged> {
  const hook = hooks.get(runTask);
  if (hook === undefined) throw new Error(`there is no run task ${runTask}`);
  const { hookUrl, hmacKey } = hook;
  return judgeRun(installation, { plan: 'create', ...run, hookUrl, hmacKey });
}

/** What the management API tells is what was called back. */
function expectAgreement({ history, detail }: Judged): void {
  const finals = history.callbacks.filter(({ status }) => status !== 'running');
  expect(finals.filter(({ applied }) => applied)).toHaveLength(1);
  expect(detail).toMatchObject({
    state: 'delivered',
    verdict: history.status,
    message: history.message,
    taskResultId: history.taskResultId,
    reason: null,
  });
  const final = detail.deliveries.filter(({ kind }) => kind === 'final');
  expect(final).toHaveLength(1);
  expect(final[0]?.state).toBe('delivered');
  expect(final[0]?.attempts.map(({ status }) => status)).toEqual(finals.map(({ answered }) => answered));
  const events = detail.timeline.map(({ event }) => event);
  expect(events[0]).toBe('received');
  expect(events).toContain(`decided: ${history.status}`);
  expect(events.at(-1)).toBe('delivered');
  for (const { name, status } of detail.checks) expect(events).toContain(`check ${name}: ${status}`);
}

function statuses({ detail }: Judged): Readonly<Record<string, string>> {
  return Object.fromEntries(detail.checks.map(({ name, status }) => [name, status]));
}

describe('a verdict', () => {
  it('passes a plan that only creates, and says what it does', async () => {
    const judged = await judge('guarded', { plan: 'create' });
    expect(judged.history.status).toBe('passed');
    expect(judged.history.message).toMatch(/^Passed.*3 to add/);
    expect(statuses(judged)).toEqual({ guard: 'passed', summary: 'passed' });
    expectAgreement(judged);
  });

  it('blocks a replacement and names the resource in message and outcome', async () => {
    const judged = await judge('guarded', { plan: 'replace' });
    expect(judged.history.status).toBe('failed');
    expect(judged.history.message).toMatch(/^Blocked: 1 of 2 checks failed.*terraform_data\.orders_database/);
    expect(judged.history.outcomes[0]?.attributes.description).toContain('terraform_data.orders_database');
    expect(statuses(judged)).toEqual({ guard: 'failed', summary: 'passed' });
    expectAgreement(judged);
  });

  it('only remarks on a replacement when the check is advisory', async () => {
    const judged = await judge('advised', { plan: 'replace' });
    expect(judged.history.status).toBe('passed');
    expect(judged.history.message).toContain('worth a look');
    expect(statuses(judged)).toEqual({ guard: 'failed' });
    expectAgreement(judged);
  });

  it('judges before the apply where a check is configured for it', async () => {
    const judged = await judge('before-apply', { stage: 'pre_apply', plan: 'replace' });
    expect(judged.history.status).toBe('failed');
    expect(judged.detail.stage).toBe('pre_apply');
    expectAgreement(judged);
  });

  it.each([
    ['pre_plan', { stage: 'pre_plan', plan: null }],
    ['post_apply', { stage: 'post_apply' }],
  ])('passes %s, where no check is configured, and says so', async (stage, run) => {
    const judged = await judge('guarded', run);
    expect(judged.history.status).toBe('passed');
    expect(judged.history.message).toBe(`Passed: no check is configured for ${stage}.`);
    expect(judged.detail).toMatchObject({ stage, checks: [] });
    expectAgreement(judged);
  });

  it('is one for several checks: a blocking one decides, a shadow one is not shown', async () => {
    const judged = await judge('several', { plan: 'replace' });
    expect(judged.history.status).toBe('failed');
    expect(judged.history.message).toMatch(/^Blocked: 1 of 4 checks failed.*\(data\)/);
    expect(statuses(judged)).toEqual({
      databases: 'passed',
      data: 'failed',
      advice: 'failed',
      trial: 'failed',
      summary: 'passed',
    });
    const named = judged.history.outcomes.map(({ attributes }) => attributes.tags?.Check?.[0]?.label);
    expect(new Set(named)).toEqual(new Set(['data', 'advice', 'databases', 'summary']));
    expectAgreement(judged);
  });

  it('carries no outcomes for a Terraform that does not take them', async () => {
    const judged = await judge('guarded', { plan: 'replace', capabilities: null });
    expect(judged.history.callbacks.map(({ body }) => body)).toEqual([
      { data: { type: 'task-results', attributes: { status: 'failed', message: judged.history.message } } },
    ]);
    expectAgreement(judged);
  });

  it('understands the stage as old releases spell it', async () => {
    const judged = await judge('guarded', { plan: 'replace', fields: { stage: 'post-plan' } });
    expect(judged.history.status).toBe('failed');
    expect(judged.detail.stage).toBe('post_plan');
    expectAgreement(judged);
  });

  it('reaches a Terraform whose run message holds a NUL', async () => {
    const judged = await judge('guarded', { plan: 'replace', runMessage: 'before\u0000after' });
    expect(judged.history.requests.map(({ status }) => status)).toEqual([200]);
    expect(judged.history.status).toBe('failed');
    expectAgreement(judged);
  });
});

describe('a run that is judged again', () => {
  it('meets the checks of today; what they say stands beside the verdict, and nothing is called back', async () => {
    const { api, simulator } = installation;
    const desired = { terraformOrigin: simulator.origin, checks: [GUARD] };
    const hook = await api.createRunTask('acme', 'changed', desired);
    const { detail, history } = await judgeRun(installation, { ...hook, plan: 'replace' });
    expect(history.status).toBe('failed');
    const now = () => api.find(detail.taskResultId);
    await until('its plan to be kept', 20_000, async () => ((await now()).input.state === 'kept' ? true : null));
    const changed = '/organizations/acme/run-tasks/changed?reason=too+strict';
    expect((await api.call('PUT', changed, { ...desired, checks: [ADVICE] })).status).toBe(200);
    const route = `/task-results/${detail.id}`;
    expect((await api.call('POST', `${route}/re-evaluate`, { reason: 'too strict' })).status).toBe(202);
    const later = await until('it to be judged again', 20_000, async () => {
      const answer = await api.call('GET', `${route}/re-evaluations`);
      return reevaluations.parse(answer.body).items[0];
    });
    expect(later).toMatchObject({ verdict: 'passed', isSame: false, reason: 'too strict', runTaskRevision: 2 });
    expect(later.checks.map(({ name, status, outcomes }) => [name, status, outcomes[0]?.address])).toEqual([
      ['guard', 'failed', 'terraform_data.orders_database'],
    ]);
    expect(await now()).toMatchObject({ verdict: 'failed', deliveries: detail.deliveries });
    expect((await simulator.history(detail.taskResultId)).callbacks).toEqual(history.callbacks);
  });
});

describe('a plan that comes at a second try', () => {
  it.each([
    ['after two errors of the server', { plan: [{ status: 500 }, { status: 502 }] }],
    ['after a download that broke off', { archivist: [{ resetMidBody: true }] }],
    ['after a download that ended early', { archivist: [{ truncate: 100 }] }],
    ['after a download link that had run out', { archivist: [{ status: 403 }] }],
  ])('is judged %s', async (_case, faults) => {
    const judged = await judge('guarded', { plan: 'replace', faults });
    expect(judged.history.status).toBe('failed');
    expect(judged.history.message).toContain('terraform_data.orders_database');
    expectAgreement(judged);
  });
});

describe('a plan that cannot be judged', () => {
  const download = (path: string) => () => ({ faults: { plan: [{ redirectTo: `${downloads.origin}${path}` }] } });
  const metadata = 'http://169.254.169.254/latest/meta-data/iam/';

  it.each<[string, () => object, RegExp]>([
    ['cut off', download('/cut'), /cut off|truncated|ends/],
    ['empty', download('/empty'), /empty/],
    ['not JSON', download('/page'), /plan is not a JSON object/],
    ['of a format to come', () => ({ plan: { format_version: '2.0', resource_changes: [] } }), /2\.0/],
    ['gone', () => ({ faults: { plan: [{ status: 404 }] } }), /does not know the plan.*HTTP 404/],
    [
      'on another origin',
      () => ({ fields: { plan_json_api_url: `${stranger.origin}/api/v2/plans/plan-1/json-output` } }),
      /plan URL of the request names port \d+, which is not granted/,
    ],
    [
      'behind a redirect to another port',
      () => ({ faults: { plan: [{ redirectTo: `${stranger.origin}/plan` }] } }),
      /redirected to a URL that names port \d+, which is not granted/,
    ],
    [
      'behind a redirect to another host',
      () => ({ faults: { plan: [{ redirectTo: `${downloads.origin.replace('127.0.0.1', 'localhost')}/elsewhere` }] } }),
      /redirected to a host that is no approved download origin/,
    ],
    [
      'behind a redirect to a metadata service',
      () => ({ faults: { plan: [{ redirectTo: metadata }] } }),
      /redirected to/,
    ],
  ])('blocks when it is %s, and the message says why', async (_case, run, why) => {
    const judged = await judge('guarded', run());
    expect(judged.history.status).toBe('failed');
    expect(judged.history.message).toMatch(why);
    expect(statuses(judged)).toEqual({ guard: 'errored', summary: 'errored' });
    expectAgreement(judged);
  });
});

describe('what leaves the platform', () => {
  it('reaches nobody but the Terraform and its download hosts, and the token not even those', () => {
    expect(stranger.requests).toEqual([]);
    expect(downloads.requests.map(({ path }) => path).sort()).toEqual(['/cut', '/empty', '/page']);
    for (const { headers } of downloads.requests) expect(headers).not.toHaveProperty('authorization');
  });

  it('broke no rule of the protocol', async () => {
    expect(await installation.simulator.violations()).toEqual([]);
  });

  it('holds no secret in the log', () => {
    const { stdout, stderr } = installation.rungate.child;
    const secrets = [...hooks.values()].flatMap((hook) => [hook.hmacKey, ...hook.secrets()]);
    expect(secrets.length).toBeGreaterThan(40);
    const said = stdout + stderr;
    expect(said).toContain('"moment":"decided"');
    expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
    expect(said).not.toContain('/_archivist/');
  });
});
