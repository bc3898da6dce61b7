import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createTerraformSimulator, type RunHistory, type TerraformSimulator } from './index.js';
import { startHookServer, type HookServer } from './testing/hook-server.js';
import { ask, callBack } from './testing/receiver.js';

describe('control API', () => {
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

  const get = async <T>(path: string) => (await (await fetch(`${simulator.origin}/_simulator${path}`)).json()) as T;
  const post = async (path: string, body: unknown) =>
    await fetch(`${simulator.origin}/_simulator${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const start = async (options: object = {}) => {
    const answer = await post('/runs', { hookUrl: hook.url, hmacKey: 'key', ...options });
    expect(answer.status).toBe(201);
    return (await answer.json()) as { taskResultId: string; accepted: boolean };
  };

  it('sends a registration request', async () => {
    const answer = await post('/registration', { hookUrl: hook.url, hmacKey: 'key' });
    expect(await answer.json()).toEqual({ status: 200, error: null, accepted: true });
  });

  it('starts a run, waits for its verdict and tells its history', async () => {
    const { taskResultId, accepted } = await start({ plan: 'create', organizationName: 'globex' });
    expect(accepted).toBe(true);
    const waiting = get<RunHistory>(`/runs/${taskResultId}?wait=30`);
    await callBack(hook.last(), { status: 'failed', message: 'no' });
    expect(await waiting).toMatchObject({ taskResultId, organizationName: 'globex', status: 'failed', message: 'no' });
    expect(await get<RunHistory[]>('/runs')).toHaveLength(1);
    expect(await get('/violations')).toEqual([]);
  });

  it('answers with what there is when the wait is over', async () => {
    const { taskResultId } = await start();
    expect(await get(`/runs/${taskResultId}?wait=0.05`)).toMatchObject({ status: 'pending' });
    expect(await get(`/runs/${taskResultId}`)).toMatchObject({ status: 'pending' });
  });

  it('serves a plan and a configuration that came in the request', async () => {
    await start({ plan: { format_version: '1.2' }, configuration: Buffer.from('tar').toString('base64') });
    const { body } = hook.last();
    for (const [url, content] of [
      [body.plan_json_api_url, '{"format_version":"1.2"}'],
      [body.configuration_version_download_url, 'tar'],
    ]) {
      const redirect = await ask(hook.last(), url);
      expect(await (await fetch(redirect.headers.get('location') ?? '')).text()).toBe(content);
    }
  });

  it('repeats and cancels a run', async () => {
    const { taskResultId } = await start();
    expect(await (await post(`/runs/${taskResultId}/again`, {})).json()).toMatchObject({ status: 200 });
    expect(hook.received).toHaveLength(2);
    expect(await (await post(`/runs/${taskResultId}/cancel`, {})).json()).toMatchObject({ status: 'canceled' });
  });

  it('takes faults', async () => {
    await start({ faults: { callback: [{ status: 503 }] } });
    expect((await callBack(hook.last())).status).toBe(503);
  });

  it.each([
    ['an unknown run', 'GET', '/runs/taskrs-none', undefined, 404],
    ['an unknown run, waited for', 'GET', '/runs/taskrs-none?wait=5', undefined, 404],
    ['an unknown path', 'GET', '/nothing', undefined, 404],
    ['a bad wait', 'GET', '/runs/taskrs-none?wait=soon', undefined, 400],
    ['an unknown member', 'POST', '/runs', '{"hookUrl":"http://127.0.0.1:1","hmacKey":null,"stages":[]}', 400],
    ['an unknown fixture', 'POST', '/runs', '{"hookUrl":"http://127.0.0.1:1","hmacKey":null,"plan":"none"}', 400],
    ['a hook elsewhere', 'POST', '/runs', '{"hookUrl":"http://192.0.2.1","hmacKey":null}', 400],
    ['no JSON', 'POST', '/runs', '{', 400],
  ])('answers %s with a message', async (_what, method, path, body, status) => {
    const answer = await fetch(`${simulator.origin}/_simulator${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ message: expect.any(String) as string });
  });

  it('refuses a request that came by a name which is not of this machine', async () => {
    const asked = request(`${simulator.origin}/_simulator/runs`, { headers: { host: 'rebound.example' } }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(400);
  });

  it('takes nothing that a page in a browser could send unasked', async () => {
    const answer = await fetch(`${simulator.origin}/_simulator/runs`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(400);
    expect(hook.received).toHaveLength(0);
  });
});
