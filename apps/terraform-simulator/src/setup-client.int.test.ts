import { tmpdir } from 'node:os';
import { createEgress, type Egress } from '@rungate/egress';
import type { ConnectAnswer, ConnectRequest } from '@rungate/run-task';
import { createTerraform } from '@rungate/terraform';
import { createTerraformSimulator, type TerraformSimulator, type TokenOptions } from './index.js';
import { startHookServer, type HookServer } from './testing/hook-server.js';

const KEY = 'k'.repeat(40);

describe('the setup client against the simulator', () => {
  let simulator: TerraformSimulator;
  let hook: HookServer;
  let egress: Egress;
  let token: string;
  let opened: number;

  beforeEach(async () => {
    simulator = await createTerraformSimulator();
    hook = await startHookServer();
    egress = createEgress({ development: true, grantableRanges: [], ownEndpoints: () => [] });
    simulator.createOrganization({ name: 'acme', workspaces: ['web', 'network'] });
    token = simulator.createToken({ organization: 'acme' });
    opened = 0;
  });

  afterEach(async () => {
    await egress.close();
    await simulator.close();
    await hook.close();
  });

  const connect = async (changes: Partial<ConnectRequest> = {}): Promise<ConnectAnswer> => {
    const limits = { spacingMs: 0, longestPauseMs: 2_000 };
    const open = { origins: [simulator.origin] };
    const { connector } = createTerraform({ egress, openOrigins: open, spoolDir: tmpdir(), limits });
    return await connector.connect({ ...request(), ...changes }, new AbortController().signal);
  };
  const request = (): ConnectRequest => ({
    organizationId: '01943c5a-7a10-7c3e-9d0b-2f6a1e5b8c01',
    terraformOrigin: simulator.origin,
    originRecords: [],
    terraformOrganization: 'acme',
    token,
    task: { name: 'guard', url: hook.url, description: 'Rungate acme/guard (HMAC key 3f9a1c07)' },
    key: key(false),
    scope: { kind: 'global' },
    stages: ['post_plan'],
    enforcement: 'advisory',
    adopt: false,
    dryRun: false,
  });
  const key = (isKnownThere: boolean): ConnectRequest['key'] => ({
    fingerprint: '3f9a1c07',
    isKnownThere,
    open: () => {
      opened++;
      return Promise.resolve(KEY);
    },
  });
  const tokenWith = (options: Omit<TokenOptions, 'organization'>) =>
    simulator.createToken({ organization: 'acme', ...options });
  const changesOf = (answer: ConnectAnswer) => (answer.kind === 'connected' ? answer.changes : []);
  const failureOf = (answer: ConnectAnswer) => (answer.kind === 'failed' ? answer : null);

  it('makes a global run task, whose endpoint is sent the signed test request', async () => {
    const [change, ...others] = changesOf(await connect());
    expect(others).toEqual([]);
    expect(change).toMatchObject({ target: 'run-task', name: 'guard', change: 'created', problem: null });
    expect(change?.fields).toEqual([
      { field: 'name', before: null, after: 'guard' },
      { field: 'url', before: null, after: hook.url },
      { field: 'description', before: null, after: 'Rungate acme/guard (HMAC key 3f9a1c07)' },
      { field: 'enabled', before: null, after: true },
      { field: 'global', before: null, after: true },
      { field: 'stages', before: null, after: ['post_plan'] },
      { field: 'enforcement', before: null, after: 'advisory' },
      { field: 'hmacKey', before: null, after: '3f9a1c07' },
    ]);
    expect(hook.received).toHaveLength(1);
    expect(simulator.organization('acme').tasks).toMatchObject([
      { id: change?.id, url: hook.url, globalConfiguration: { enabled: true, stages: ['post_plan'] } },
    ]);
  });

  it('changes nothing the second time, and opens no key that Terraform has', async () => {
    await connect();
    const writes = () => simulator.apiRequests().filter(({ method }) => method !== 'GET').length;
    const before = writes();
    expect(changesOf(await connect({ key: key(true) }))).toMatchObject([{ change: 'unchanged', fields: [] }]);
    expect([writes(), opened]).toEqual([before, 1]);
  });

  it('shows before and after of what differs, and writes that alone', async () => {
    await connect();
    const answer = await connect({ key: key(true), enforcement: 'mandatory', stages: ['pre_plan', 'post_plan'] });
    expect(changesOf(answer)).toMatchObject([
      {
        change: 'changed',
        fields: [
          { field: 'stages', before: ['post_plan'], after: ['post_plan', 'pre_plan'] },
          { field: 'enforcement', before: 'advisory', after: 'mandatory' },
        ],
      },
    ]);
    expect(simulator.organization('acme').tasks).toMatchObject([
      { globalConfiguration: { enabled: true, stages: ['pre_plan', 'post_plan'], enforcementLevel: 'mandatory' } },
    ]);
    expect(hook.received).toHaveLength(1);
  });

  it('attaches workspaces, changes what is attached, and says which cannot be found', async () => {
    const scope = { kind: 'workspaces', names: ['web', 'nowhere', 'network'] } as const;
    const first = changesOf(await connect({ scope }));
    expect(first.map(({ name, change }) => [name, change])).toEqual([
      ['guard', 'created'],
      ['web', 'created'],
      ['nowhere', 'failed'],
      ['network', 'created'],
    ]);
    expect(first[2]?.problem).toContain('answers 404 (not found): there is no such organization or workspace');
    const again = changesOf(await connect({ scope, key: key(true), enforcement: 'mandatory' }));
    expect(again.map(({ change }) => change)).toEqual(['unchanged', 'changed', 'failed', 'changed']);
    expect(simulator.organization('acme').workspaceTasks).toMatchObject([
      { enforcementLevel: 'mandatory', stages: ['post_plan'] },
      { enforcementLevel: 'mandatory', stages: ['post_plan'] },
    ]);
    expect(simulator.organization('acme').tasks).toMatchObject([{ globalConfiguration: { enabled: false } }]);
  });

  it('writes nothing on a dry run, and shows what it would do', async () => {
    const scope = { kind: 'workspaces', names: ['web'] } as const;
    const imagined = changesOf(await connect({ scope, dryRun: true }));
    expect(imagined).toMatchObject([
      { name: 'guard', id: null, change: 'created' },
      { name: 'web', change: 'created' },
    ]);
    expect(simulator.apiRequests().every(({ method }) => method === 'GET')).toBe(true);
    expect([opened, hook.received.length]).toEqual([0, 0]);
  });

  it('finds its run task among many, by its address first', async () => {
    token = tokenWith({ requestsPerSecond: 1_000 });
    for (let i = 0; i < 101; i++) await createTask(`t${i}`);
    await connect({ task: { ...request().task, name: 'renamed' } });
    expect(changesOf(await connect({ key: key(true) }))).toMatchObject([
      { change: 'changed', fields: [{ field: 'name', before: 'renamed', after: 'guard' }] },
    ]);
  });

  const createTask = async (name: string) => {
    const attributes = { category: 'task', name, url: `${hook.url}/${name}` };
    const answer = await fetch(`${simulator.origin}/api/v2/organizations/acme/tasks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/vnd.api+json' },
      body: JSON.stringify({ data: { type: 'tasks', attributes } }),
    });
    expect(answer.status).toBe(201);
  };

  it('takes over a run task of its name that calls another address only when told to', async () => {
    await connect({ task: { ...request().task, url: `${hook.url}-before` } });
    expect(failureOf(await connect())).toMatchObject({ why: 'refused' });
    expect(failureOf(await connect())?.reason).toContain('calls another address. Set adopt to take it over');
    expect(changesOf(await connect({ adopt: true, key: key(true) }))).toMatchObject([
      {
        change: 'changed',
        fields: [{ field: 'url', before: `${hook.url}-before`, after: hook.url }, { field: 'hmacKey' }],
      },
    ]);
  });

  it.each([
    [401, 'the token is not valid there'],
    [403, 'the token may not do this. It needs the permission Manage Run Tasks'],
    [404, 'there is no such organization or workspace, or the token may not know of it'],
  ])('explains %d with a remedy', async (status, words) => {
    const failure = failureOf(await connect({ token: tokenWith({ faults: [{ status }] }) }));
    expect(failure).toMatchObject({ why: 'refused' });
    expect(failure?.reason).toContain(`${simulator.origin} answers ${status} (fault): ${words}`);
  });

  it('says which address Terraform must reach when it could not', async () => {
    const url = 'https://rungate.corp.example/hooks/x';
    const failure = failureOf(await connect({ task: { ...request().task, url } }));
    expect(failure?.reason).toContain('got no 200 from rungate.corp.example');
    expect(failure?.reason).toContain('"notifications"');
    expect(simulator.organization('acme').tasks).toEqual([]);
  });

  it('says so where the edition has no global run tasks', async () => {
    simulator.createOrganization({ name: 'small', globalRunTasks: false });
    const small = simulator.createToken({ organization: 'small' });
    const failure = failureOf(await connect({ token: small, terraformOrganization: 'small' }));
    expect(failure?.reason).toContain('name workspaces instead');
  });

  it('waits as long as a 429 asks, and not too long', async () => {
    const brief = tokenWith({ requestsPerSecond: 1 });
    expect(changesOf(await connect({ token: brief }))).toMatchObject([{ change: 'created' }]);
    expect(simulator.apiRequests().some(({ status }) => status === 429)).toBe(true);
    const stern = tokenWith({ faults: [{ status: 429, headers: { 'retry-after': '3600' } }] });
    expect(failureOf(await connect({ token: stern }))).toMatchObject({ why: 'throttled' });
  });

  it('reads again after 5xx, and does not write twice', async () => {
    expect(changesOf(await connect({ token: tokenWith({ faults: [{ status: 503 }] }) }))).toHaveLength(1);
    const other = { ...request().task, name: 'other', url: `${hook.url}/other` };
    const writeFails = tokenWith({ faults: [{}, { status: 503 }] });
    expect(failureOf(await connect({ token: writeFails, task: other }))).toMatchObject({ why: 'unreachable' });
    expect(simulator.apiRequests().filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  it.each([
    ['does not answer', { reset: true }],
    ['sends it elsewhere', { redirectTo: 'http://127.0.0.1:1/api/v2/organizations/acme/tasks' }],
    ['is no Terraform', { badBody: true }],
  ])('gives up when the host %s', async (_, fault) => {
    const failure = failureOf(await connect({ token: tokenWith({ faults: [fault] }) }));
    expect(failure).not.toBeNull();
    expect(failure?.reason).not.toContain('127.0.0.1:1');
  });

  it('never says the token or the key', async () => {
    const answers = [await connect(), await connect({ token: 'not-a-token' }), await connect({ dryRun: true })];
    expect(JSON.stringify(answers)).not.toContain(token);
    expect(JSON.stringify(answers)).not.toContain('not-a-token');
    expect(JSON.stringify(answers)).not.toContain(KEY);
  });
});
