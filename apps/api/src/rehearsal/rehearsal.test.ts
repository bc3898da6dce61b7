import { ApiUnderTest, TOKEN, pointers } from '../testing/index.js';

const PATH = '/organizations/acme/run-tasks/guard/test';
const CHECK = { name: 'no-deletes', use: 'destructive-guard', stages: ['post_plan'], enforcement: 'mandatory' };

describe('a test of a run task', () => {
  let api: ApiUnderTest;

  beforeEach(async () => {
    api = await new ApiUnderTest().start();
    await api.ask('PUT', '/organizations/acme', { body: {} });
    await api.ask('PUT', '/organizations/acme/run-tasks/guard', {
      body: {
        terraformOrigin: 'https://app.terraform.io',
        checks: [CHECK, { ...CHECK, name: 'on-main', when: { branches: { include: ['main'] } } }],
      },
    });
  });
  afterEach(async () => {
    expect(api.plans.left).toBe(0);
    await api.stop();
  });

  const test = (body: unknown) => api.ask('POST', PATH, { body });

  it('shows what would be called back for a plan, and what the run would do then', async () => {
    const plan = { format_version: '1.2', resource_changes: [{ change: { actions: ['delete'] } }] };
    const response = await test({ stage: 'post_plan', plan, branch: 'feature' });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({
      organization: 'acme',
      runTask: 'guard',
      stage: 'post_plan',
      verdict: 'failed',
      message: expect.stringMatching(/^Blocked: 1 of 1 check failed/) as string,
      consequence: 'The run stops: the run task is mandatory.',
      checks: [
        { name: 'no-deletes', status: 'failed' },
        { name: 'on-main', status: 'skipped' },
      ],
      outcomes: [
        {
          id: 'no-deletes-1',
          body: expect.stringContaining('**Why** ` ') as string,
          text: expect.stringMatching(/^Resource .*\n\nWhy /) as string,
          tags: { Status: [{ label: 'Failed', level: 'error' }] },
        },
        { id: 'on-main', body: null, text: null },
      ],
    });
  });

  it('has samples: one that passes and one that does not', async () => {
    expect((await test({ sample: 'safe' })).json()).toMatchObject({
      verdict: 'passed',
      consequence: 'The run goes on.',
    });
    expect((await test({ sample: 'destroys-database' })).json()).toMatchObject({ verdict: 'failed' });
  });

  it.each([
    [{ enforcement: 'advisory' }, 'The run goes on with a warning: the run task is advisory.'],
    [{ enforcement: 'mandatory' }, 'The run stops: the run task is mandatory.'],
  ])('says what a failure means with %j', async (body, consequence) => {
    expect((await test({ sample: 'destroys-database', ...body })).json()).toMatchObject({ consequence });
  });

  it('judges only checks of the stage, without a plan where there is none', async () => {
    const response = await test({ stage: 'pre_plan' });
    expect(response.json()).toMatchObject({ verdict: 'passed', checks: [], outcomes: [] });
    expect(api.runner.ran).toEqual([]);
  });

  it('tells checks what was said of the run, and calls and stores nothing', async () => {
    await test({ sample: 'safe', workspace: 'web', branch: 'main', speculative: true });
    expect(api.runner.ran).toMatchObject([
      {
        run: {
          stage: 'post_plan',
          organizationName: 'acme',
          workspaceName: 'web',
          vcsBranch: 'main',
          isSpeculative: true,
        },
      },
    ]);
    expect([api.connector.asked, api.connects.notes]).toEqual([[], []]);
    expect((await api.ask('GET', '/task-results')).json()).toMatchObject({ items: [] });
  });

  it.each([
    ['neither plan nor sample', {}, '/plan'],
    ['plan and sample', { plan: {}, sample: 'safe' }, '/sample'],
    ['an unknown sample', { sample: 'other' }, '/sample'],
    ['an unknown stage', { stage: 'test', sample: 'safe' }, '/stage'],
    ['an unknown field', { sample: 'safe', colour: 1 }, '/colour'],
    ['a long name', { sample: 'safe', workspace: 'x'.repeat(1_001) }, '/workspace'],
    ['megabytes for a name', { sample: 'safe', workspace: 'x'.repeat(2_000_000) }, '/workspace'],
  ])('refuses %s', async (_, body, pointer) => {
    const response = await test(body);
    expect(response.statusCode).toBe(400);
    expect(pointers(response)).toEqual([pointer]);
    expect(api.runner.ran).toEqual([]);
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['two plans', '{"plan":{},"plan":{}}'],
    ['what is nested too deep', `{"plan":${'['.repeat(300)}${']'.repeat(300)}}`],
    ['nothing', ''],
  ])('refuses %s', async (_, body) => {
    expect((await test(body)).statusCode).toBe(400);
  });

  it('takes a plan of 64 MB, and no more', async () => {
    const plan = (megabytes: number) => `{"plan":{"format_version":"1.2","x":"${'x'.repeat(megabytes * 2 ** 20)}"}}`;
    expect((await test(plan(63))).statusCode).toBe(200);
    const refused = await test(plan(65));
    expect(refused.statusCode).toBe(413);
    expect(refused.json()).toMatchObject({ detail: 'The plan is larger than 64 MB.' });
  }, 30_000);

  it('reads nothing of a body before its sender is known', async () => {
    const response = await api.inject({
      method: 'POST',
      url: `/api/v1${PATH}`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}x` },
      payload: JSON.stringify({ sample: 'safe' }),
    });
    expect(response.statusCode).toBe(401);
    expect(api.runner.ran).toEqual([]);
  });

  it('takes one at a time of an organization', async () => {
    const answers = await Promise.all([test({ sample: 'safe' }), test({ sample: 'safe' })]);
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 429]);
    expect(answers.find(({ statusCode }) => statusCode === 429)?.headers['retry-after']).toBe('5');
  });

  it('needs the permission run-tasks.test, in one’s own organization', async () => {
    await api.ask('PUT', '/organizations/globex', { body: {} });
    const as = async (organization: string, role: 'editor' | 'viewer') =>
      api.ask('POST', PATH, {
        body: { sample: 'safe' },
        headers: { authorization: `Bearer ${await api.tokenOf(organization, role)}` },
      });
    expect((await as('acme', 'viewer')).statusCode).toBe(403);
    expect((await as('globex', 'editor')).statusCode).toBe(404);
    expect((await as('acme', 'editor')).statusCode).toBe(200);
  });
});
