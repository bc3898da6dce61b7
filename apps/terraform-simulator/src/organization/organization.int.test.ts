import { createTerraformSimulator, type TerraformSimulator, type TokenOptions } from '../index.js';
import { sign } from '../signature.js';
import { startHookServer, type HookServer } from '../testing/hook-server.js';
import { ManualClock } from '../testing/manual-clock.js';

const KEY = 'k'.repeat(40);

describe('the API of organizations', () => {
  let simulator: TerraformSimulator;
  let hook: HookServer;
  let token: string;
  const clock = new ManualClock();

  beforeEach(async () => {
    simulator = await createTerraformSimulator({ clock });
    hook = await startHookServer();
    simulator.createOrganization({ name: 'acme', workspaces: ['web', 'network'] });
    simulator.createOrganization({ name: 'globex', workspaces: ['web'] });
    token = simulator.createToken({ organization: 'acme' });
  });

  afterEach(async () => {
    await simulator.close();
    await hook.close();
  });

  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${simulator.origin}/api/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/vnd.api+json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: text === '' ? null : (JSON.parse(text) as Document),
    };
  };
  const task = (attributes: object = {}) => ({
    data: {
      type: 'tasks',
      attributes: { name: 'guard', url: hook.url, category: 'task', 'hmac-key': KEY, ...attributes },
    },
  });
  const createTask = async () => (await send('POST', '/organizations/acme/tasks', task())).body?.data.id ?? '';
  const limited = (options: Omit<TokenOptions, 'organization'>) => {
    token = simulator.createToken({ organization: 'acme', ...options });
  };

  it('creates a task after its endpoint answered the signed test request, and never shows the key', async () => {
    const created = await send('POST', '/organizations/acme/tasks', task({ description: 'Plan checks' }));
    expect(created.status).toBe(201);
    expect(created.body?.data.attributes).toMatchObject({
      name: 'guard',
      url: hook.url,
      description: 'Plan checks',
      enabled: true,
      'hmac-key': null,
      'global-configuration': { enabled: false, stages: [] },
    });
    expect(hook.received).toHaveLength(1);
    expect(hook.last().body).toMatchObject({
      stage: 'test',
      access_token: 'test-token',
      organization_name: 'test-org',
    });
    expect(hook.last().headers['x-tfc-task-signature']).toBe(sign(hook.last().rawBody, KEY));
    expect(JSON.stringify([simulator.organization('acme'), simulator.apiRequests()])).not.toContain(KEY);
  });

  it('creates none when the endpoint refuses the test request, and says what it answered', async () => {
    const refusing = await startHookServer([401]);
    const refused = await send('POST', '/organizations/acme/tasks', task({ url: refusing.url }));
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ source: { pointer: '/data/attributes/url' } }] } });
    expect(refused.body?.errors?.[0]?.detail).toContain('responded with 401');
    expect(simulator.organization('acme').tasks).toEqual([]);
    await refusing.close();
  });

  it('cannot reach an endpoint that is not on this machine', async () => {
    const refused = await send(
      'POST',
      '/organizations/acme/tasks',
      task({ url: 'https://rungate.corp.example/hooks/x' }),
    );
    expect(refused.body?.errors?.[0]?.detail).toContain('could not be reached');
  });

  it.each([
    ['a name with blanks', { name: 'my guard' }, '/data/attributes/name'],
    ['no name', { name: undefined }, '/data/attributes/name'],
    ['an address that is none', { url: 'rungate' }, '/data/attributes/url'],
    ['another category', { category: 'hook' }, '/data/attributes/category'],
    ['a long description', { description: 'x'.repeat(301) }, '/data/attributes/description'],
    ['the key under its old name', { hmac_key: 'x' }, '/data/attributes/hmac_key'],
    ['a stage that is none', global({ stages: ['post-plan'] }), '/data/attributes/global-configuration/stages/0'],
    ['a global task without stages', global({}), '/data/attributes/global-configuration/stages'],
  ])('refuses %s', async (_, attributes, pointer) => {
    const refused = await send('POST', '/organizations/acme/tasks', task(attributes));
    expect(refused.status).toBe(422);
    expect(refused.body?.errors?.map(({ source }) => source.pointer)).toEqual([pointer]);
    expect(simulator.organization('acme').tasks).toEqual([]);
  });

  it('refuses a name that is taken, and global tasks where the edition has none', async () => {
    await createTask();
    const taken = await send('POST', '/organizations/acme/tasks', task());
    expect(taken.body?.errors?.[0]?.detail).toBe('Name has already been taken');
    simulator.createOrganization({ name: 'small', globalRunTasks: false });
    token = simulator.createToken({ organization: 'small' });
    const refused = await send('POST', '/organizations/small/tasks', task(global({ stages: ['post_plan'] })));
    expect(refused.body?.errors?.[0]?.detail).toContain('not available');
  });

  it('sends the test request again when address or key change, and not for anything else', async () => {
    const id = await createTask();
    const change = (attributes: object) => send('PATCH', `/tasks/${id}`, { data: { type: 'tasks', attributes } });
    expect((await change({ description: 'new', 'hmac-key': KEY })).status).toBe(200);
    expect((await change(global({ stages: ['post_plan'], 'enforcement-level': 'mandatory' }))).status).toBe(200);
    expect(hook.received).toHaveLength(1);
    expect((await change({ 'hmac-key': 'n'.repeat(40) })).status).toBe(200);
    expect(hook.last().headers['x-tfc-task-signature']).toBe(sign(hook.last().rawBody, 'n'.repeat(40)));
    expect((await change({ url: `${hook.url}2` })).status).toBe(200);
    expect(hook.received).toHaveLength(3);
    expect(simulator.organization('acme').tasks).toMatchObject([
      {
        url: `${hook.url}2`,
        description: 'new',
        globalConfiguration: { enabled: true, enforcementLevel: 'mandatory' },
      },
    ]);
  });

  it('attaches a task to a workspace once, changes it, and deletes the task only when it is detached', async () => {
    const id = await createTask();
    const workspace = (await send('GET', '/organizations/acme/workspaces/web')).body?.data.id ?? '';
    const place = {
      data: {
        type: 'workspace-tasks',
        attributes: { 'enforcement-level': 'advisory', stages: ['pre_plan', 'post_plan'] },
        relationships: { task: { data: { type: 'tasks', id } } },
      },
    };
    const placed = await send('POST', `/workspaces/${workspace}/tasks`, place);
    expect(placed).toMatchObject({
      status: 201,
      body: { data: { attributes: { stages: ['pre_plan', 'post_plan'] } } },
    });
    expect((await send('POST', `/workspaces/${workspace}/tasks`, place)).status).toBe(422);
    const at = `/workspaces/${workspace}/tasks/${placed.body?.data.id ?? ''}`;
    const change = { data: { type: 'workspace-tasks', attributes: { 'enforcement-level': 'mandatory' } } };
    expect((await send('PATCH', at, change)).body?.data.attributes).toMatchObject({ 'enforcement-level': 'mandatory' });
    expect((await send('GET', `/tasks/${id}/relationships/workspace-tasks`)).body).toMatchObject({ data: [{}] });
    expect((await send('DELETE', `/tasks/${id}`)).status).toBe(422);
    expect((await send('DELETE', at)).status).toBe(204);
    expect((await send('DELETE', `/tasks/${id}`)).status).toBe(204);
    expect((await send('GET', `/tasks/${id}`)).status).toBe(404);
  });

  it('calls a task in a run with its own key, organization and enforcement', async () => {
    const id = await createTask();
    await simulator.startRunOf(id, { workspaceName: 'web' });
    expect(hook.last().body).toMatchObject({
      organization_name: 'acme',
      workspace_name: 'web',
      workspace_id: simulator.organization('acme').workspaces[0]?.id,
      task_result_enforcement_level: 'advisory',
    });
    expect(hook.last().headers['x-tfc-task-signature']).toBe(sign(hook.last().rawBody, KEY));
  });

  it('pages lists and finds workspaces by a part of their name', async () => {
    for (const name of ['a', 'b', 'c']) await send('POST', '/organizations/acme/tasks', task({ name }));
    const second = await send('GET', '/organizations/acme/tasks?page%5Bnumber%5D=2&page%5Bsize%5D=2');
    expect(second.body).toMatchObject({
      data: [{ attributes: { name: 'c' } }],
      meta: {
        pagination: { 'current-page': 2, 'next-page': null, 'prev-page': 1, 'total-pages': 2, 'total-count': 3 },
      },
    });
    const found = await send('GET', '/organizations/acme/workspaces?search%5Bname%5D=net');
    expect(found.body).toMatchObject({ data: [{ attributes: { name: 'network' } }] });
  });

  it('tells neither another organization nor what a token may not do from what does not exist', async () => {
    const id = await createTask();
    const workspace = simulator.organization('acme').workspaces[0]?.id ?? '';
    token = simulator.createToken({ organization: 'globex' });
    const nothing = await send('GET', '/organizations/none/tasks');
    for (const path of [`/organizations/acme/tasks`, `/tasks/${id}`, `/workspaces/${workspace}/tasks`]) {
      expect(await send('GET', path)).toMatchObject({ status: 404, body: nothing.body });
    }
    limited({ permissions: ['read-workspaces'] });
    expect((await send('POST', '/organizations/acme/tasks', task({ name: 'x' }))).status).toBe(404);
    expect((await send('GET', '/organizations/acme/workspaces/web')).status).toBe(200);
    expect((await send('GET', `/workspaces/${workspace}/tasks`)).status).toBe(404);
  });

  it('refuses a wrong token, another content type and what is not JSON', async () => {
    expect((await send('GET', '/organizations/acme/tasks', undefined, { authorization: 'Bearer x' })).status).toBe(401);
    const typed = await send('POST', '/organizations/acme/tasks', task(), { 'content-type': 'application/json' });
    expect(typed.status).toBe(415);
    expect((await send('POST', '/organizations/acme/tasks', '{')).status).toBe(400);
    expect(hook.received).toHaveLength(0);
  });

  it('lets a token ask so often in a second, and says when it may again', async () => {
    limited({ requestsPerSecond: 2 });
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await send('GET', '/organizations/acme/tasks'));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers[2]?.headers.get('retry-after')).toBe('1');
    clock.advance(1_001);
    expect((await send('GET', '/organizations/acme/tasks')).status).toBe(200);
  });

  it('fails as a token was made to, once each', async () => {
    limited({ faults: [{ status: 403 }, { status: 503 }] });
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push((await send('GET', '/organizations/acme/tasks')).status);
    expect(answers).toEqual([403, 503, 200]);
  });

  it('is set up over the control API', async () => {
    const control = async (path: string, body: object) => {
      const answer = await fetch(`${simulator.origin}/_simulator${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as { token?: string; taskResultId?: string } };
    };
    expect((await control('/organizations', { name: 'initech', workspaces: ['web'] })).status).toBe(201);
    token = (await control('/tokens', { organization: 'initech' })).body.token ?? '';
    const created = await send('POST', '/organizations/initech/tasks', task());
    const started = await control(`/tasks/${created.body?.data.id ?? ''}/runs`, { plan: 'create' });
    expect(started.body.taskResultId).toMatch(/^taskrs-/);
    const view = await fetch(`${simulator.origin}/_simulator/organizations/initech`);
    expect(await view.json()).toMatchObject({ name: 'initech', tasks: [{ name: 'guard' }] });
    const asked = await fetch(`${simulator.origin}/_simulator/api-requests`);
    expect(await asked.json()).toMatchObject([{ method: 'POST', path: '/organizations/initech/tasks', status: 201 }]);
    expect((await control('/tokens', { organization: 'none' })).status).toBe(404);
    expect((await control('/tasks/task-none/runs', {})).status).toBe(404);
    expect((await control('/organizations', { name: 'no name' })).status).toBe(400);
  });
});

interface Document {
  readonly data: { readonly id: string; readonly attributes: Readonly<Record<string, unknown>> };
  readonly errors?: readonly { readonly detail: string; readonly source: { readonly pointer: string } }[];
}

function global(configuration: object) {
  return { 'global-configuration': { enabled: true, ...configuration } };
}
