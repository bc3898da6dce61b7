import { cleanUp } from './harness/cleanup.js';
import { GUARD, startInstallation, type Installation } from './harness/installation.js';

jest.setTimeout(90_000);

const RUN_TASK = '/organizations/acme/run-tasks/connected';

let installation: Installation;
let token: string;

beforeAll(async () => {
  installation = await startInstallation();
  const { api, simulator } = installation;
  token = await simulator.createOrganization('acme-corp', ['web', 'network']);
  await api.createRunTask('acme', 'connected', { terraformOrigin: simulator.origin, checks: [GUARD] });
});

afterAll(cleanUp);

describe('a run task that is connected with a token', () => {
  const connect = (body: object = {}) =>
    installation.api.call('POST', `${RUN_TASK}/connect`, {
      token,
      terraformOrganization: 'acme-corp',
      scope: { workspaces: ['web'] },
      enforcement: 'mandatory',
      ...body,
    });
  const state = async () => (await installation.api.call('GET', RUN_TASK)).body;

  it('shows on a dry run what it would do, and does nothing', async () => {
    expect(await connect({ dryRun: true })).toMatchObject({
      status: 200,
      body: { dryRun: true, state: 'created', changes: [{ id: null, change: 'created' }, { change: 'created' }] },
    });
    expect((await installation.simulator.organization('acme-corp')).tasks).toEqual([]);
  });

  it('is made, verified by the signed test request, and active after the first run', async () => {
    const { simulator, api } = installation;
    expect(await connect()).toMatchObject({
      status: 200,
      body: {
        state: 'verified',
        changes: [
          { name: 'connected', change: 'created' },
          { name: 'web', change: 'created' },
        ],
      },
    });
    const { tasks, workspaceTasks } = await simulator.organization('acme-corp');
    expect(workspaceTasks).toEqual([{ stages: ['post_plan'], enforcementLevel: 'mandatory' }]);
    const [task] = tasks;
    const { taskResultId } = await simulator.startRunOf(task?.id ?? '', { workspaceName: 'web', plan: 'replace' });
    expect(await api.settled(taskResultId)).toMatchObject({ verdict: 'failed', enforcementLevel: 'mandatory' });
    expect(await state()).toMatchObject({ state: 'active' });
    expect(await simulator.violations()).toEqual([]);
  });

  it('is unchanged the second time, and changes where it differs', async () => {
    expect(await connect()).toMatchObject({ body: { changes: [{ change: 'unchanged' }, { change: 'unchanged' }] } });
    expect(await connect({ enforcement: 'advisory' })).toMatchObject({
      body: {
        changes: [
          { change: 'unchanged' },
          { change: 'changed', fields: [{ field: 'enforcement', before: 'mandatory', after: 'advisory' }] },
        ],
      },
    });
  });

  it('is given the key again when asked to, and the new one after a rotation', async () => {
    expect(await connect({ resendKey: true })).toMatchObject({
      body: { changes: [{ change: 'changed', fields: [{ field: 'hmacKey' }] }, { name: 'web' }] },
    });
    const { simulator, api } = installation;
    const desired = { terraformOrigin: simulator.origin, checks: [GUARD], hmacKey: 'n'.repeat(40) };
    await api.call('PUT', RUN_TASK, desired);
    const rotated = await connect();
    expect(rotated).toMatchObject({
      body: { changes: [{ change: 'changed', fields: [{ field: 'description' }, { field: 'hmacKey' }] }, {}] },
    });
    const { body } = await api.call('GET', RUN_TASK);
    expect(body).toMatchObject({
      hmacKeys: [{ state: 'active', lastUsedAt: expect.any(String) as string }, { state: 'retiring' }],
    });
  });

  it('says why not, and never logs the token', async () => {
    const wrong = await connect({ token: 'a-token-that-is-wrong-0123456789' });
    expect(wrong).toMatchObject({ status: 422, body: { detail: expect.stringContaining('answers 401') as string } });
    const { child } = installation.rungate;
    expect(child.stdout + child.stderr).not.toContain('a-token-that-is-wrong');
    expect(child.stdout + child.stderr).not.toContain(token);
  });
});

describe('a test of a run task', () => {
  const test = (body: object) => installation.api.call('POST', `${RUN_TASK}/test`, body);

  it('judges samples and plans in the sandbox, as a run would be, and stores nothing', async () => {
    const before = await installation.api.call('GET', '/task-results?runTask=connected');
    const bucket = { ...GUARD, config: { protectedTypes: ['aws_db_instance'] } };
    await installation.api.call('PUT', RUN_TASK, { terraformOrigin: installation.simulator.origin, checks: [bucket] });
    expect(await test({ sample: 'safe' })).toMatchObject({ status: 200, body: { verdict: 'passed' } });
    expect(await test({ sample: 'destroys-database' })).toMatchObject({
      body: {
        verdict: 'failed',
        message: expect.stringContaining('aws_db_instance.orders') as string,
        consequence: 'The run stops: the run task is mandatory.',
        checks: [{ name: 'guard', status: 'failed', isolation: expect.any(String) as string }],
      },
    });
    expect(await installation.api.call('GET', '/task-results?runTask=connected')).toEqual(before);
  });

  it('says what is wrong with a plan that is none', async () => {
    expect(await test({ plan: { serial: 3, resources: [] } })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/plan' }] },
    });
  });
});
