import { createTerraformSimulator, type Fault, type Faults, type TerraformSimulator } from './index.js';
import { startHookServer, type HookServer } from './testing/hook-server.js';
import { ask, callBack } from './testing/receiver.js';

const plan = Buffer.from(JSON.stringify({ format_version: '1.2', filler: 'x'.repeat(2_000) }));

describe('faults', () => {
  let simulator: TerraformSimulator;
  let hook: HookServer;

  beforeEach(async () => {
    simulator = await createTerraformSimulator();
    hook = await startHookServer();
  });

  afterEach(async () => {
    await simulator.close();
    await hook.close();
  });

  const start = async (faults: Faults) => {
    const run = await simulator.startRun({ hookUrl: hook.url, hmacKey: null, plan, faults });
    return { run, request: hook.last() };
  };
  const download = async (fault: Fault) => {
    const { request } = await start({ archivist: [fault] });
    const redirect = await ask(request, request.body.plan_json_api_url);
    return await fetch(redirect.headers.get('location') ?? '');
  };

  it('are used one for each request, then all is normal', async () => {
    const callback = [{ status: 500 }, { status: 429, headers: { 'Retry-After': '5' } }];
    const { run, request } = await start({ callback });
    expect((await callBack(request)).status).toBe(500);
    const throttled = await callBack(request);
    expect(throttled.status).toBe(429);
    expect(throttled.headers.get('retry-after')).toBe('5');
    expect(run.history().status).toBe('pending');
    expect((await callBack(request)).status).toBe(200);
    expect((await run.finished).callbacks.map(({ answered, applied }) => [answered, applied])).toEqual([
      [500, false],
      [429, false],
      [200, true],
    ]);
    expect(simulator.violations()).toEqual([]);
  });

  it('verdict: spares progress, however much of it comes first', async () => {
    const { run, request } = await start({ verdict: [{ status: 503 }] });
    for (const status of ['running', 'passed', 'running', 'passed']) await callBack(request, { status });
    expect(run.history().callbacks.map(({ status, answered }) => [status, answered])).toEqual([
      ['running', 200],
      ['passed', 503],
      ['running', 200],
      ['passed', 200],
    ]);
  });

  it('can lose the answer to a callback that was taken', async () => {
    const { run, request } = await start({ callback: [{ reset: true, applied: true }] });
    await expect(callBack(request)).rejects.toThrow();
    expect(await run.finished).toMatchObject({ status: 'passed', callbacks: [{ answered: 'reset', applied: true }] });
    expect((await callBack(request)).status).toBe(409);
    expect(simulator.violations()).toEqual([]);
  });

  it('do not hide what a receiver must not do', async () => {
    const { request } = await start({ callback: [{ status: 500 }, { status: 500 }] });
    await callBack(request, { status: 'passed' });
    await callBack(request, { status: 'failed' });
    expect(simulator.violations()).toMatchObject([{ code: 'different_verdict' }]);
  });

  it('reset: cuts the connection', async () => {
    const { run, request } = await start({ callback: [{ reset: true }] });
    await expect(callBack(request)).rejects.toThrow();
    expect(run.history()).toMatchObject({ status: 'pending', callbacks: [{ answered: 'reset', applied: false }] });
  });

  it('hang: never answers, until the client gives up', async () => {
    const { run, request } = await start({ callback: [{ hang: true }] });
    const asked = fetch(String(request.body.task_result_callback_url), {
      method: 'PATCH',
      signal: AbortSignal.timeout(200),
    });
    await expect(asked).rejects.toThrow();
    expect(run.history().callbacks).toMatchObject([{ answered: 'hang' }]);
  });

  it('delayMs: answers later', async () => {
    const { request } = await start({ callback: [{ delayMs: 80 }] });
    const before = performance.now();
    expect((await callBack(request)).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThanOrEqual(75);
  });

  it('redirectTo: sends a callback elsewhere', async () => {
    const { run, request } = await start({ callback: [{ redirectTo: 'http://169.254.169.254/latest' }] });
    const answer = await callBack(request);
    expect(answer.status).toBe(307);
    expect(answer.headers.get('location')).toBe('http://169.254.169.254/latest');
    expect(run.history().status).toBe('pending');
  });

  it.each([204, 401, 404, 503])('status: the plan endpoint answers %i, then redirects', async (status) => {
    const { request } = await start({ plan: [{ status }] });
    const answer = await ask(request, request.body.plan_json_api_url);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('location')).toBeNull();
    expect((await ask(request, request.body.plan_json_api_url)).status).toBe(307);
  });

  it('redirect: the plan is said to be somewhere else', async () => {
    const { request } = await start({ redirect: [{ redirectTo: 'http://203.0.113.1/', status: 302 }] });
    const answer = await ask(request, request.body.plan_json_api_url);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'http://203.0.113.1/']);
  });

  it('badBody: answers what is not JSON', async () => {
    await expect((await download({ badBody: true })).json()).rejects.toThrow(/not valid JSON/);
  });

  it('truncate: ends before the length that was announced', async () => {
    const answer = await download({ truncate: 10 });
    expect(answer.headers.get('content-length')).toBe(String(plan.length));
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });

  it('resetMidBody: cuts the connection after half of the body', async () => {
    const answer = await download({ resetMidBody: true });
    expect(answer.status).toBe(200);
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });

  it('slow: drips', async () => {
    const before = performance.now();
    const answer = await download({ slow: 10_000 });
    expect(Buffer.from(await answer.arrayBuffer()).equals(plan)).toBe(true);
    expect(performance.now() - before).toBeGreaterThanOrEqual(150);
  });

  it('fillBytes: answers more than anyone wants', async () => {
    const answer = await download({ fillBytes: 5_000_000 });
    expect((await answer.arrayBuffer()).byteLength).toBe(5_000_000);
  });

  it('leaves nothing open when the simulator is closed in the middle', async () => {
    const { request } = await start({ archivist: [{ slow: 1 }] });
    const redirect = await ask(request, request.body.plan_json_api_url);
    const answer = await fetch(redirect.headers.get('location') ?? '');
    const body = answer.arrayBuffer();
    await Promise.all([simulator.close(), expect(body).rejects.toThrow()]);
    simulator = await createTerraformSimulator();
  });
});
