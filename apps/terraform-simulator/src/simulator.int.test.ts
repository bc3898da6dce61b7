import { createHmac } from 'node:crypto';
import { startHookServer, type HookServer } from '../testing/hook-server.js';
import { ManualClock } from '../testing/manual-clock.js';
import { ask, callBack } from '../testing/receiver.js';
import { createTerraformSimulator, type RunOptions, type TerraformSimulator } from './index.js';

const hmacKey = 'a key of at least thirty-two characters';
const MINUTE = 60_000;

describe('terraform simulator', () => {
  const clock = new ManualClock();
  let simulator: TerraformSimulator;
  let hook: HookServer;

  beforeEach(async () => {
    simulator = await createTerraformSimulator({ clock });
    hook = await startHookServer();
  });

  afterEach(async () => {
    await simulator.close();
    await hook.close();
  });

  const start = async (options: Partial<RunOptions> = {}) => {
    const run = await simulator.startRun({ hookUrl: hook.url, hmacKey, retryDelaysMs: [], ...options });
    return { run, request: hook.last() };
  };

  describe('a run', () => {
    it('is a signed request in compact JSON, and ends with the verdict that is called back', async () => {
      const { run, request } = await start({ organizationName: 'globex', workspaceName: 'api' });
      expect(run.accepted).toBe(true);
      expect(request.headers).toMatchObject({
        'content-type': 'application/json',
        'user-agent': 'TFC/1.0 (+https://app.terraform.io; TFC)',
        'x-tfc-task-signature': createHmac('sha512', hmacKey).update(request.rawBody).digest('hex'),
      });
      expect(request.body).toMatchObject({
        stage: 'post_plan',
        organization_name: 'globex',
        workspace_name: 'api',
        task_result_id: run.taskResultId,
      });

      expect((await callBack(request, { status: 'running', message: 'looking' })).status).toBe(200);
      expect(run.history()).toMatchObject({ status: 'running', message: 'looking' });
      expect((await callBack(request, { status: 'failed', message: 'no' })).status).toBe(200);

      const history = await run.finished;
      expect(history).toMatchObject({ status: 'failed', message: 'no', violations: [] });
      expect(history.callbacks).toMatchObject([
        { status: 'running', answered: 200, token: 'equal', applied: true },
        { status: 'failed', answered: 200, token: 'equal', applied: true },
      ]);
      expect(JSON.stringify(history)).not.toContain(request.body.access_token);
    });

    it('sends an empty signature when the run task has no key', async () => {
      const { request } = await start({ hmacKey: null });
      expect(request.headers['x-tfc-task-signature']).toBe('');
    });
  });
  const advanceMinutes = (minutes: number) => {
    clock.advance(minutes * MINUTE);
  };

  it('errors a run that nobody answers within ten minutes', async () => {
    const { run, request } = await start();
    advanceMinutes(10);
    expect(await run.finished).toMatchObject({ status: 'errored' });
    expect((await callBack(request)).status).toBe(409);
    expect(simulator.violations()).toMatchObject([{ code: 'late_callback' }]);
  });

  it('serves the plan behind a redirect', async () => {
    const plan = Buffer.from('{"format_version":"1.2"}');
    const { request } = await start({ plan });
    const redirect = await ask(request, request.body.plan_json_api_url);
    expect(redirect.status).toBe(307);
    const download = await fetch(redirect.headers.get('location') ?? '');
    expect(await download.text()).toBe(plan.toString());
  });
});
