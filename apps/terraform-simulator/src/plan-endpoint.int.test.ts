import { createTerraformSimulator, fixturePlan, type RunOptions, type TerraformSimulator } from './index.js';
import { startHookServer, type HookServer } from './testing/hook-server.js';
import { ManualClock } from './testing/manual-clock.js';
import { ask } from './testing/receiver.js';

describe('plan and configuration endpoints', () => {
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
    const run = await simulator.startRun({ hookUrl: hook.url, hmacKey: null, ...options });
    return { run, request: hook.last() };
  };
  const locationOf = (answer: Response) => answer.headers.get('location') ?? '';
  const violations = () => simulator.violations().map(({ code }) => code);

  it('redirects to a URL that gives the plan to whoever has it', async () => {
    const { run, request } = await start({ plan: 'replace' });
    const redirect = await ask(request, request.body.plan_json_api_url);
    expect(redirect.status).toBe(307);
    expect(locationOf(redirect)).toMatch(/\/_archivist\/v1\/object\/\w{64}$/);
    const download = await fetch(locationOf(redirect));
    expect(download.status).toBe(200);
    expect(Buffer.from(await download.arrayBuffer()).equals(fixturePlan('replace'))).toBe(true);
    expect(run.history().downloads).toMatchObject([
      { endpoint: 'plan', answered: 307 },
      { endpoint: 'archivist', answered: 200 },
    ]);
    expect(violations()).toEqual([]);
  });

  it('answers 401 without the token, with another, and with that of another run', async () => {
    const { request: other } = await start({ plan: 'create' });
    const { request } = await start({ plan: 'create' });
    expect((await fetch(String(request.body.plan_json_api_url), { redirect: 'manual' })).status).toBe(401);
    const answer = await ask(request, request.body.plan_json_api_url, 'another');
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ errors: [{ status: '401', title: 'unauthorized' }] });
    await ask(other, request.body.plan_json_api_url);
    expect(violations()).toEqual(['wrong_token', 'wrong_token', 'token_of_another_run']);
  });

  it('refuses a temporary URL with an Authorization header, and notes it', async () => {
    const { request } = await start({ plan: 'create' });
    const redirect = await ask(request, request.body.plan_json_api_url);
    expect((await ask(request, locationOf(redirect))).status).toBe(400);
    expect(violations()).toEqual(['authorization_at_archivist']);
  });

  it('lets a temporary URL live for one minute', async () => {
    const { request } = await start({ plan: 'create' });
    const first = await ask(request, request.body.plan_json_api_url);
    clock.advance(60_000);
    expect((await fetch(locationOf(first))).status).toBe(200);
    clock.advance(1);
    expect((await fetch(locationOf(first))).status).toBe(404);
    const second = await ask(request, request.body.plan_json_api_url);
    expect((await fetch(locationOf(second))).status).toBe(200);
    expect(violations()).toEqual([]);
  });

  it('answers 204 while there is no plan', async () => {
    const { request } = await start();
    expect((await ask(request, request.body.plan_json_api_url)).status).toBe(204);
  });

  it('serves the uploaded configuration behind a redirect', async () => {
    const configuration = Buffer.from([0x1f, 0x8b, 1, 2, 3]);
    const { request } = await start({ configuration });
    const redirect = await ask(request, request.body.configuration_version_download_url);
    expect(redirect.status).toBe(302);
    const download = await fetch(locationOf(redirect));
    expect(Buffer.from(await download.arrayBuffer()).equals(configuration)).toBe(true);
  });

  it('notes a request for an address that it never gave out', async () => {
    await start();
    expect((await fetch(`${simulator.origin}/api/v2/runs/run-1`)).status).toBe(404);
    expect(violations()).toEqual(['unknown_address']);
  });
});
