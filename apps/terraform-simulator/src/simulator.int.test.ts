import { createHmac } from 'node:crypto';
import { createTerraformSimulator, type RunOptions, type TerraformSimulator } from './index.js';
import { startHookServer, type HookServer } from './testing/hook-server.js';
import { ManualClock } from './testing/manual-clock.js';
import { callBack } from './testing/receiver.js';

const hmacKey = 'a key of at least thirty-two characters';
const MINUTE = 60_000;
const outcome = {
  type: 'task-result-outcomes',
  attributes: { 'outcome-id': 'check-1', description: 'A bucket is public', tags: { Status: [{ label: 'Failed' }] } },
};

describe('terraform simulator', () => {
  let clock: ManualClock;
  let simulator: TerraformSimulator;
  let hook: HookServer;

  beforeEach(async () => {
    clock = new ManualClock();
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
  const violations = () => simulator.violations().map(({ code }) => code);

  it('sends a signed request in compact JSON, and ends with the verdict that is called back', async () => {
    const { run, request } = await start({ organizationName: 'globex', workspaceName: 'api' });
    expect(run).toMatchObject({ accepted: true, status: 200 });
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
    expect((await callBack(request, { status: 'failed', message: 'no', outcomes: [outcome] })).status).toBe(200);

    const history = await run.finished;
    expect(history).toMatchObject({ status: 'failed', message: 'no', outcomes: [outcome], violations: [] });
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

  it.each([200, 202, 204, 401, 500])('takes a registration for accepted only with 200, here %i', async (status) => {
    const refusing = await startHookServer([status]);
    const answer = await simulator.sendRegistration({ hookUrl: refusing.url, hmacKey });
    expect(answer).toEqual({ status, error: null, accepted: status === 200 });
    expect(refusing.received).toHaveLength(1);
    expect(refusing.last().body).toMatchObject({
      access_token: 'test-token',
      stage: 'test',
      workspace_name: 'test-workspace',
    });
    await refusing.close();
  });

  it('notices when a registration request is called back', async () => {
    await simulator.sendRegistration({ hookUrl: hook.url, hmacKey, origin: simulator.origin });
    expect((await callBack(hook.last())).status).toBe(404);
    expect(violations()).toContain('registration_called_back');
  });

  it('sends the identical bytes again until the hook answers 200', async () => {
    const failing = await startHookServer([503, 0, 202]);
    const run = await simulator.startRun({ hookUrl: failing.url, hmacKey, retryDelaysMs: [1, 1, 1] });
    expect(run.accepted).toBe(true);
    expect(run.history().requests.map(({ status }) => status)).toEqual([503, null, 202, 200]);
    expect(new Set(failing.received.map(({ rawBody }) => rawBody.toString())).size).toBe(1);
    await failing.close();
  });

  it('calls a run task unreachable that never answers 200', async () => {
    const failing = await startHookServer([500, 500]);
    const run = await simulator.startRun({ hookUrl: failing.url, hmacKey, retryDelaysMs: [1] });
    expect(run).toMatchObject({ accepted: false, status: 500 });
    expect(await run.finished).toMatchObject({ status: 'unreachable' });
    await failing.close();
  });

  it('delivers a duplicate, byte for byte', async () => {
    const { run, request } = await start();
    expect(await simulator.sendAgain(run)).toEqual({ status: 200, error: null });
    expect(hook.received).toHaveLength(2);
    expect(hook.last().rawBody.equals(request.rawBody)).toBe(true);
    expect(hook.last().headers['x-tfc-task-signature']).toBe(request.headers['x-tfc-task-signature']);
  });

  it('posts to nothing that is not on this machine', async () => {
    await expect(start({ hookUrl: 'http://192.0.2.1/hooks/x' })).rejects.toThrow(/only to this machine/);
    await expect(createTerraformSimulator({ host: '0.0.0.0' })).rejects.toThrow(/does not listen on/);
  });

  describe('callbacks', () => {
    it('answers 409 once the verdict is there, and notes what a receiver must not do', async () => {
      const { request } = await start();
      await callBack(request, { status: 'passed' });
      expect((await callBack(request, { status: 'passed' })).status).toBe(409);
      expect(violations()).toEqual([]);
      expect((await callBack(request, { status: 'running' })).status).toBe(409);
      expect((await callBack(request, { status: 'failed' })).status).toBe(409);
      expect(violations()).toEqual(['progress_after_final', 'different_verdict']);
    });

    it('refuses a wrong token, none, and that of another run', async () => {
      const { request } = await start();
      const { request: other } = await start();
      expect((await callBack(request, { token: 'test-token' })).status).toBe(401);
      expect((await callBack(request, { token: null })).status).toBe(401);
      expect((await callBack(request, { token: String(other.body.access_token) })).status).toBe(401);
      expect(violations()).toEqual(['wrong_token', 'wrong_token', 'token_of_another_run']);
    });

    it('refuses the token once its life is over, and does not blame the receiver', async () => {
      const { request } = await start({ tokenLifetimeMs: 5 * MINUTE });
      clock.advance(5 * MINUTE + 1);
      expect((await callBack(request)).status).toBe(401);
      expect(violations()).toEqual([]);
    });

    it('answers 422 with pointers for a document that breaks a rule, and stays open', async () => {
      const { run, request } = await start();
      const answer = await callBack(request, { status: 'errored' });
      expect(answer.status).toBe(422);
      expect(await answer.json()).toMatchObject({ errors: [{ source: { pointer: '/data/attributes/status' } }] });
      expect(violations()).toEqual(['invalid_callback']);
      expect(run.history().status).toBe('pending');
      expect((await callBack(request)).status).toBe(200);
    });

    it('refuses another method and another content type', async () => {
      const { request } = await start();
      expect((await callBack(request, { method: 'POST' })).status).toBe(404);
      expect((await callBack(request, { contentType: 'application/json' })).status).toBe(415);
      expect(violations()).toEqual(['wrong_method', 'wrong_content_type']);
    });

    it.each([{ capabilities: null }, { capabilities: { outcomes: false } }])(
      'refuses outcomes that the request did not offer: %j',
      async (options) => {
        const { request } = await start(options);
        expect((await callBack(request, { outcomes: [outcome] })).status).toBe(422);
        expect(violations()).toEqual(['outcomes_without_capability']);
      },
    );

    it('answers 409 for a cancelled run', async () => {
      const { run, request } = await start();
      run.cancel();
      expect(await run.finished).toMatchObject({ status: 'canceled' });
      expect((await callBack(request)).status).toBe(409);
      expect(violations()).toEqual([]);
    });
  });

  describe('deadlines', () => {
    it('errors a run that nobody answers for ten minutes, and refuses what comes later', async () => {
      const { run, request } = await start();
      clock.advance(10 * MINUTE - 1);
      expect(run.history().status).toBe('pending');
      clock.advance(1);
      expect(await run.finished).toMatchObject({ status: 'errored' });
      expect((await callBack(request)).status).toBe(409);
      expect(violations()).toEqual(['late_callback']);
    });

    it('rolls: progress gives ten minutes more, up to sixty', async () => {
      const { run, request } = await start({ deadlineProfile: 'rolling' });
      for (let minutes = 9; minutes <= 54; minutes += 9) {
        clock.advance(9 * MINUTE);
        expect((await callBack(request, { status: 'running' })).status).toBe(200);
      }
      clock.advance(6 * MINUTE - 1);
      expect(run.history().status).toBe('running');
      clock.advance(1);
      expect(await run.finished).toMatchObject({ status: 'errored' });
    });

    it('is fixed: progress gives nothing', async () => {
      const { run, request } = await start({ deadlineProfile: 'fixed' });
      clock.advance(9 * MINUTE);
      await callBack(request, { status: 'running' });
      clock.advance(MINUTE);
      expect(await run.finished).toMatchObject({ status: 'errored' });
    });

    it('refused progress gives nothing either', async () => {
      const { run, request } = await start();
      clock.advance(9 * MINUTE);
      await callBack(request, { status: 'running', message: '' });
      clock.advance(MINUTE);
      expect(await run.finished).toMatchObject({ status: 'errored' });
    });

    it('shrinks with the time scale', async () => {
      const { run } = await start({ timeScale: 0.05 });
      clock.advance(30_000);
      expect(await run.finished).toMatchObject({ status: 'errored' });
    });

    it('keeps the time of this machine when no other clock is given', async () => {
      const own = await createTerraformSimulator();
      const run = await own.startRun({ hookUrl: hook.url, hmacKey, timeScale: 0.00001 });
      expect(await run.finished).toMatchObject({ status: 'errored' });
      await own.close();
    });
  });

  it('ends its open runs when it is closed', async () => {
    const { run } = await start();
    await simulator.close();
    expect(await run.finished).toMatchObject({ status: 'canceled' });
    simulator = await createTerraformSimulator();
  });
});
