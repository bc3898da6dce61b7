import { ApiUnderTest, pointers } from '../testing/index.js';

const PATH = '/organizations/acme/run-tasks/guard/connect';
const KEY = 'k'.repeat(40);
const TOKEN_OF_TERRAFORM = 'AbCdEfGhIjKlMn.atlasv1.secret';

describe('connect a run task with a token', () => {
  let api: ApiUnderTest;

  beforeEach(async () => {
    api = await new ApiUnderTest().start();
    await api.ask('PUT', '/organizations/acme', { body: {} });
    await api.ask('PUT', '/organizations/acme/run-tasks/guard', {
      body: { terraformOrigin: 'https://app.terraform.io', hmacKey: KEY },
    });
  });
  afterEach(() => api.stop());

  const connect = (body: object = {}) =>
    api.ask('POST', PATH, { body: { token: TOKEN_OF_TERRAFORM, terraformOrganization: 'acme-corp', ...body } });

  it('asks the Terraform of the run task, and nobody else', async () => {
    const response = await connect({ scope: { workspaces: ['web'] }, stages: ['pre_plan'], enforcement: 'mandatory' });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ organization: 'acme', name: 'guard', dryRun: false, state: 'created' });
    expect(api.connector.asked).toMatchObject([
      {
        terraformOrigin: 'https://app.terraform.io',
        terraformOrganization: 'acme-corp',
        token: TOKEN_OF_TERRAFORM,
        task: {
          name: 'guard',
          url: expect.stringMatching(/^https:\/\/rungate\.example\.com\/hooks\//) as string,
          description: expect.stringMatching(/^Rungate acme\/guard \(HMAC key [0-9a-f]{8}\)$/) as string,
        },
        key: { isKnownThere: false },
        scope: { kind: 'workspaces', names: ['web'] },
        stages: ['pre_plan'],
        enforcement: 'mandatory',
        adopt: false,
        dryRun: false,
      },
    ]);
  });

  it('notes who did it, with the fingerprint of the token, and keeps the token nowhere', async () => {
    const response = await connect();
    expect(api.connects.notes).toEqual([
      {
        terraformOrigin: 'https://app.terraform.io',
        terraformOrganization: 'acme-corp',
        tokenFingerprint: '23b96880',
        written: 1,
        failed: 0,
        refusal: null,
      },
    ]);
    const kept = JSON.stringify([api.connects.notes, api.connects.opened, api.logged, response.body]);
    expect(kept).not.toContain(TOKEN_OF_TERRAFORM);
  });

  it('opens no key and notes nothing on a dry run', async () => {
    expect((await connect({ dryRun: true })).json()).toMatchObject({ dryRun: true });
    expect([api.connects.opened, api.connects.notes]).toEqual([[], []]);
  });

  it.each([
    ['refused', 422],
    ['unreachable', 424],
    ['throttled', 429],
  ] as const)('answers that the Terraform is %s with %d and its remedy, and notes it', async (why, status) => {
    api.connector.answer = { kind: 'failed', why, reason: 'The token is not valid there.' };
    const response = await connect();
    expect(response.statusCode).toBe(status);
    expect(response.json()).toMatchObject({ detail: 'The token is not valid there.' });
    expect(api.connects.notes).toMatchObject([{ refusal: 'The token is not valid there.' }]);
  });

  it('does not connect what answers nobody', async () => {
    await api.ask('DELETE', '/organizations/acme');
    const response = await connect();
    expect(response.statusCode).toBe(409);
    expect(api.connector.asked).toEqual([]);
  });

  it('does not connect another Terraform organization than the one that the run task belongs to', async () => {
    const pin = { terraformOrganization: 'other-corp' };
    await api.ask('PUT', '/organizations/acme/run-tasks/guard/terraform-organization', { body: pin });
    const response = await connect();
    expect(response.statusCode).toBe(409);
    expect(response.json()).toMatchObject({ detail: expect.stringContaining('belongs to') as string });
    expect((await connect(pin)).statusCode).toBe(200);
    expect((await api.ask('GET', '/organizations/acme/run-tasks/guard/setup')).body).toContain('"other-corp"');
  });

  it.each([
    ['no token', { token: undefined }, '/token'],
    ['a token with a line break', { token: 'a\nb' }, '/token'],
    ['no organization', { terraformOrganization: undefined }, '/terraformOrganization'],
    ['a path for an organization', { terraformOrganization: '../x' }, '/terraformOrganization'],
    ['no workspaces', { scope: { workspaces: [] } }, '/scope/workspaces'],
    ['a stage that is none', { stages: ['test'] }, '/stages/0'],
    ['shadow enforcement', { enforcement: 'shadow' }, '/enforcement'],
    ['another host', { terraformOrigin: 'https://evil.example' }, '/terraformOrigin'],
  ])('refuses %s', async (_, changes, pointer) => {
    const response = await connect(changes);
    expect(response.statusCode).toBe(400);
    expect(pointers(response)).toEqual([pointer]);
    expect(api.connector.asked).toEqual([]);
  });

  it('needs the permission run-tasks.connect, in one’s own organization', async () => {
    await api.ask('PUT', '/organizations/globex', { body: {} });
    const ask = async (token: string) =>
      api.ask('POST', PATH, {
        body: { token: 'x', terraformOrganization: 'acme' },
        headers: { authorization: `Bearer ${token}` },
      });
    expect((await ask(await api.tokenOf('acme', 'editor'))).statusCode).toBe(403);
    expect((await ask(await api.tokenOf('globex', 'admin'))).statusCode).toBe(404);
    expect((await ask(await api.tokenOf('acme', 'admin'))).statusCode).toBe(200);
  });
});
