import { createHash } from 'node:crypto';
import { readShape, routes } from '@rungate/contract';
import { ApiUnderTest, pointers } from '../testing/index.js';

const HCP = 'https://app.terraform.io';
const PATH = '/organizations/acme/run-tasks/guard';
const check = { name: 'no-deletes', use: 'destructive-guard', stages: ['post_plan'], enforcement: 'mandatory' };
const KEY = 'k'.repeat(32);

describe('/organizations/{org}/run-tasks', () => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await new ApiUnderTest().start();
    await api.ask('PUT', '/organizations/acme', { body: {} });
  });
  afterEach(() => api.stop());

  it('creates a run task of HCP Terraform with every default, and shows the key this once', async () => {
    const created = await api.ask('PUT', PATH, { body: { terraformOrigin: HCP, checks: [check] } });
    expect(created.statusCode).toBe(201);
    const body = created.json<{ hookUrl: string; hmacKey: string; hmacKeyFingerprint: string }>();
    expect(body).toMatchObject({
      organization: 'acme',
      name: 'guard',
      downloadOrigins: [HCP, 'https://archivist.terraform.io'],
      deadlineProfile: 'rolling',
      onTimeout: 'failed',
      state: 'created',
      checks: [{ ...check, timeoutSeconds: 60, config: {}, failOn: 'high', onUnknown: 'warn', onError: 'fail' }],
    });
    expect(readShape(routes.putRunTask.responses[201].shape, body).ok).toBe(true);
    expect(body.hookUrl).toMatch(/^https:\/\/rungate\.example\.com\/hooks\/[\w-]+$/);
    expect(body.hmacKey).toMatch(/^[0-9a-f]{64}$/);
    expect(body.hmacKeyFingerprint).toBe(fingerprint(body.hmacKey));

    const answers = [
      await api.ask('PUT', PATH, { body: { terraformOrigin: HCP, checks: [check] } }),
      await api.ask('GET', PATH),
      await api.ask('GET', '/organizations/acme/run-tasks'),
    ];
    expect(answers[0]?.json()).toMatchObject({ change: 'unchanged', changed: [] });
    for (const answer of answers) {
      expect(answer.statusCode).toBe(200);
      expect(answer.body).not.toContain(body.hmacKey);
      expect(answer.body).toContain(body.hmacKeyFingerprint);
    }
    expect(readShape(routes.getRunTask.responses[200].shape, answers[1]?.json()).ok).toBe(true);
    expect(readShape(routes.listRunTasks.responses[200].shape, answers[2]?.json()).ok).toBe(true);
  });

  it('keeps the conditions of a check, and takes their absence for none', async () => {
    const when = { branches: { include: ['main', 'release/*'] }, speculative: false };
    const body = (more: object) => ({ body: { terraformOrigin: HCP, checks: [{ ...check, ...more }] } });
    const created = await api.ask('PUT', PATH, body({ when }));
    const stored = { ...when, branches: { ...when.branches, exclude: [] } };
    expect(created.json()).toMatchObject({ checks: [{ when: stored }] });
    expect((await api.ask('PUT', PATH, body({ when: stored }))).json()).toMatchObject({ changed: [] });
    const without = await api.ask('PUT', PATH, body({}));
    expect(without.json()).toMatchObject({ changed: ['checks'] });
    expect(without.json<{ checks: object[] }>().checks[0]).not.toHaveProperty('when');
  });

  it('gives another Terraform the fixed deadlines and only itself to download from', async () => {
    const created = await api.ask('PUT', PATH, { body: { terraformOrigin: 'https://tfe.example.com:8443' } });
    expect(created.json()).toMatchObject({
      downloadOrigins: ['https://tfe.example.com:8443'],
      deadlineProfile: 'fixed',
      checks: [],
    });
  });

  it('shows on a dry run what it would create, without hook or key', async () => {
    const imagined = await api.ask('PUT', `${PATH}?dryRun=true`, { body: { terraformOrigin: HCP, hmacKey: KEY } });
    expect(imagined.statusCode).toBe(200);
    expect(imagined.json()).toMatchObject({ change: 'created', hookUrl: null, hmacKeys: [], createdAt: null });
    expect(imagined.json()).not.toHaveProperty('hmacKey');
    expect((await api.ask('GET', PATH)).statusCode).toBe(404);
  });

  it('keeps the keys without one, keeps an equal one, and rotates to another one', async () => {
    await api.ask('PUT', PATH, { body: { terraformOrigin: HCP, hmacKey: KEY } });
    const same = await api.ask('PUT', PATH, { body: { terraformOrigin: HCP, hmacKey: KEY } });
    expect(same.json()).toMatchObject({ changed: [] });
    const rotated = await api.ask('PUT', PATH, { body: { terraformOrigin: HCP, hmacKey: 'n'.repeat(40) } });
    expect(rotated.json()).toMatchObject({
      changed: ['hmacKey'],
      hmacKeyFingerprint: fingerprint('n'.repeat(40)),
      hmacKeys: [{ state: 'active' }, { state: 'retiring', fingerprint: fingerprint(KEY) }],
    });
    expect(rotated.json()).not.toHaveProperty('hmacKey');
    expect((await api.ask('PUT', PATH, { body: { terraformOrigin: HCP } })).json()).toMatchObject({ changed: [] });
  });

  it('takes a fresh proof of a person where the answer holds a key, or another key takes effect', async () => {
    const [fresh, stale] = [await api.personOf('owner', api.clock.now()), await api.personOf('owner', null)];
    const put = async (person: Readonly<Record<string, string>>, body: object, query = '') => {
      const response = await api.askAs(person, 'PUT', `${PATH}${query}`, { terraformOrigin: HCP, ...body });
      return [response.statusCode, response.json<{ code?: string }>().code];
    };
    const refused = [403, 'step-up-required'];
    expect(await put(stale, { checks: [check] })).toEqual(refused);
    expect((await api.ask('GET', PATH)).statusCode).toBe(404);
    expect(await put(stale, { checks: [check] }, '?dryRun=true')).toEqual([200, undefined]);
    expect(await put(fresh, { checks: [check] })).toEqual([201, undefined]);
    expect(await put(stale, { checks: [] })).toEqual([200, undefined]);
    expect(await put(stale, { checks: [], hmacKey: KEY })).toEqual(refused);
    expect(await put(fresh, { checks: [], hmacKey: KEY })).toEqual([200, undefined]);
    expect(await put(stale, { checks: [], hmacKey: KEY })).toEqual([200, undefined]);
  });

  it('refuses a key that another run task uses just as it refuses a short one', async () => {
    await api.ask('PUT', PATH, { body: { terraformOrigin: HCP, hmacKey: KEY } });
    const other = '/organizations/acme/run-tasks/other';
    const inUse = await api.ask('PUT', other, { body: { terraformOrigin: HCP, hmacKey: KEY } });
    const short = await api.ask('PUT', other, { body: { terraformOrigin: HCP, hmacKey: 'k'.repeat(31) } });
    expect(inUse.statusCode).toBe(400);
    expect(inUse.json()).toEqual(short.json());
    expect(pointers(inUse)).toEqual(['/hmacKey']);
    expect(inUse.body).not.toContain(KEY);
    expect((await api.ask('GET', other)).statusCode).toBe(404);
  });

  it.each([
    ['no origin', { terraformOrigin: undefined }, '/terraformOrigin'],
    ['a path', { terraformOrigin: `${HCP}/` }, '/terraformOrigin'],
    ['a default port', { terraformOrigin: `${HCP}:443` }, '/terraformOrigin'],
    ['capitals', { terraformOrigin: 'https://App.terraform.io' }, '/terraformOrigin'],
    ['a login', { terraformOrigin: 'https://a:b@app.terraform.io' }, '/terraformOrigin'],
    ['plain HTTP', { terraformOrigin: 'http://app.terraform.io' }, '/terraformOrigin'],
    ['a trailing dot', { terraformOrigin: 'https://app.terraform.io.' }, '/terraformOrigin'],
    ['a host that is none', { terraformOrigin: 'https://a,b.example' }, '/terraformOrigin'],
    ['a download host with a trailing dot', { downloadOrigins: [HCP, `${HCP}.`] }, '/downloadOrigins/1'],
    ['another scheme', { terraformOrigin: 'ftp://app.terraform.io' }, '/terraformOrigin'],
    ['a download path', { downloadOrigins: [HCP, `${HCP}/x`] }, '/downloadOrigins/1'],
    ['a plain download', { downloadOrigins: ['http://app.terraform.io'] }, '/downloadOrigins/0'],
    ['an unknown profile', { deadlineProfile: 'none' }, '/deadlineProfile'],
    ['a long key', { hmacKey: 'k'.repeat(257) }, '/hmacKey'],
    ['a key with NUL', { hmacKey: `${'k'.repeat(40)}\u0000` }, '/hmacKey'],
    ['an unknown plugin', { checks: [{ ...check, use: 'none' }] }, '/checks/0/use'],
    ['a stage it cannot judge', { checks: [{ ...check, stages: ['post_plan', 'pre_plan'] }] }, '/checks/0/stages/1'],
    ['an unknown stage', { checks: [{ ...check, stages: ['post-plan'] }] }, '/checks/0/stages/0'],
    ['a stage twice', { checks: [{ ...check, stages: ['post_plan', 'post_plan'] }] }, '/checks/0/stages/1'],
    ['no stages', { checks: [{ ...check, stages: [] }] }, '/checks/0/stages'],
    ['a name twice', { checks: [check, check] }, '/checks/1/name'],
    ['a name that is no name', { checks: [{ ...check, name: '-x' }] }, '/checks/0/name'],
    ['no time', { checks: [{ ...check, timeoutSeconds: 0 }] }, '/checks/0/timeoutSeconds'],
    ['too much time', { checks: [{ ...check, timeoutSeconds: 3_001 }] }, '/checks/0/timeoutSeconds'],
    ['a condition that is none', { checks: [{ ...check, when: { moon: 'full' } }] }, '/checks/0/when/moon'],
    ['names that are no patterns', { checks: [{ ...check, when: { branches: ['main'] } }] }, '/checks/0/when/branches'],
    [
      'a pattern that is too long',
      { checks: [{ ...check, when: { branches: { exclude: ['x'.repeat(101)] } } }] },
      '/checks/0/when/branches/exclude/0',
    ],
    ['a field that is not built', { checks: [{ ...check, waivers: {} }] }, '/checks/0/waivers'],
    ['a wrong configuration', { checks: [{ ...check, config: { colour: 1 } }] }, '/checks/0/config/colour'],
    ['NUL in a configuration', { checks: [{ ...check, config: { a: ['\u0000'] } }] }, '/checks/0/config/a/0'],
    [
      'too many checks',
      {
        checks: Array.from({ length: 101 }, (_, index) => ({ ...check, name: `c${index}` })),
      },
      '/checks',
    ],
  ])('refuses %s', async (_, changes, pointer) => {
    const response = await api.ask('PUT', PATH, { body: { terraformOrigin: HCP, ...changes } });
    expect(response.statusCode).toBe(400);
    expect(pointers(response)).toEqual([pointer]);
    expect((await api.ask('GET', PATH)).statusCode).toBe(404);
  });

  it('names every fault of a request at once', async () => {
    const body = { terraformOrigin: HCP, onTimeout: 'maybe', colour: 1, checks: [{ ...check, timeoutSeconds: 'x' }] };
    const response = await api.ask('PUT', `${PATH}?dryRun=maybe`, { body });
    expect([...pointers(response)].sort()).toEqual([
      '/checks/0/timeoutSeconds',
      '/colour',
      '/onTimeout',
      '/query/dryRun',
    ]);
  });

  it('allows plain HTTP in development alone', async () => {
    const development = await new ApiUnderTest().start({ options: { development: true } });
    await development.ask('PUT', '/organizations/acme', { body: {} });
    const created = await development.ask('PUT', PATH, { body: { terraformOrigin: 'http://127.0.0.1:4000' } });
    expect(created.statusCode).toBe(201);
    await development.stop();
  });

  it.each([
    ['PUT', '/organizations/none/run-tasks/guard'],
    ['GET', '/organizations/none/run-tasks/guard'],
    ['GET', '/organizations/none/run-tasks'],
    ['GET', '/organizations/acme/run-tasks/none'],
  ] as const)('answers %s %s with 404', async (method, path) => {
    const body = method === 'PUT' ? { terraformOrigin: HCP } : undefined;
    expect((await api.ask(method, path, { body })).statusCode).toBe(404);
  });

  it('walks the run tasks of one organization', async () => {
    await api.ask('PUT', '/organizations/globex', { body: {} });
    for (const path of ['acme/run-tasks/c', 'acme/run-tasks/a', 'globex/run-tasks/x', 'acme/run-tasks/b']) {
      await api.ask('PUT', `/organizations/${path}`, { body: { terraformOrigin: HCP } });
    }
    const first = await api.ask('GET', '/organizations/acme/run-tasks?limit=2');
    expect(first.json()).toMatchObject({ items: [{ name: 'a' }, { name: 'b' }] });
    const { nextCursor } = first.json<{ nextCursor: string }>();
    const second = await api.ask('GET', `/organizations/acme/run-tasks?limit=2&cursor=${nextCursor}`);
    expect(second.json()).toMatchObject({ items: [{ name: 'c' }], nextCursor: null });
    const foreign = await api.ask('GET', `/organizations/globex/run-tasks?limit=2&cursor=${nextCursor}`);
    expect(pointers(foreign)).toEqual(['/query/cursor']);
  });
});

function fingerprint(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 8);
}
