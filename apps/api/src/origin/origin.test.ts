import { ApiUnderTest, pointers } from '../testing/index.js';

const OWN = 'https://tfe.example.com:8443';
const ORIGIN = `/organizations/acme/origins/${encodeURIComponent(OWN)}`;
const RUN_TASK = '/organizations/acme/run-tasks/guard';

describe('/organizations/{org}/origins', () => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await new ApiUnderTest().start();
    await api.ask('PUT', '/organizations/acme', { body: {} });
    await api.ask('PUT', '/organizations/globex', { body: {} });
  });
  afterEach(() => api.stop());

  const as = (token: string): { headers: Record<string, string> } => ({
    headers: { authorization: `Bearer ${token}` },
  });

  it.each([OWN, 'https://10.0.0.5', 'https://169.254.169.254', 'https://other-customer.example'])(
    'an admin who chooses %s asks for it; an operator approves',
    async (terraformOrigin) => {
      const admin = as(await api.tokenOf('acme', 'admin'));
      const asked = await api.ask('PUT', RUN_TASK, { body: { terraformOrigin }, ...admin });
      expect(asked.json()).toMatchObject({ originState: 'pending' });
      const again = await api.ask('PUT', RUN_TASK, { body: { terraformOrigin }, ...admin });
      expect(again.json()).toMatchObject({ originState: 'pending', changed: [] });
      const path = `/organizations/acme/origins/${encodeURIComponent(terraformOrigin)}`;
      const grant = { body: { state: 'approved' } };
      expect((await api.ask('PUT', path, { ...grant, ...admin })).statusCode).toBe(403);
      expect((await api.ask('PUT', path, grant)).json()).toMatchObject({ change: 'changed', changed: ['state'] });
      expect((await api.ask('GET', RUN_TASK, admin)).json()).toMatchObject({ originState: 'approved' });
      expect((await api.ask('GET', path.replace('acme', 'globex'))).statusCode).toBe(404);
    },
  );

  it("a partner's token asks, too", async () => {
    const partner = as(await api.platformToken('onboarder', 'crm'));
    await api.ask('PUT', '/organizations/initech', { body: {}, ...partner });
    const path = '/organizations/initech/run-tasks/guard';
    const answer = await api.ask('PUT', path, { body: { terraformOrigin: OWN }, ...partner });
    expect(answer.json()).toMatchObject({ originState: 'pending' });
  });

  it('whoever may approve does so by setting a run task; HCP Terraform needs nobody', async () => {
    expect((await api.ask('PUT', RUN_TASK, { body: { terraformOrigin: OWN } })).json()).toMatchObject({
      originState: 'approved',
    });
    const admin = as(await api.tokenOf('globex', 'admin'));
    const hcp = { body: { terraformOrigin: 'https://app.terraform.io' }, ...admin };
    expect((await api.ask('PUT', '/organizations/globex/run-tasks/guard', hcp)).json()).toMatchObject({
      originState: 'approved',
    });
    expect((await api.ask('GET', '/organizations/globex/origins')).json()).toMatchObject({ items: [] });
  });

  it('a refusal stands against the organization, not against an operator', async () => {
    const admin = as(await api.tokenOf('acme', 'admin'));
    await api.ask('PUT', ORIGIN, { body: { state: 'refused' } });
    const asked = await api.ask('PUT', RUN_TASK, { body: { terraformOrigin: OWN }, ...admin });
    expect(asked.json()).toMatchObject({ originState: 'refused' });
  });

  it('takes the same grant twice as one, and writes nothing on a dry run', async () => {
    const body = { state: 'approved', privateRanges: ['10.20.0.0/16'] };
    expect((await api.ask('PUT', `${ORIGIN}?dryRun=true`, { body })).json()).toMatchObject({ change: 'created' });
    expect((await api.ask('GET', ORIGIN)).statusCode).toBe(404);
    expect((await api.ask('PUT', ORIGIN, { body })).statusCode).toBe(201);
    expect((await api.ask('PUT', ORIGIN, { body })).json()).toMatchObject({ changed: [], ...body, origin: OWN });
  });

  it.each([
    ['a range beyond the bounds', { privateRanges: ['10.0.0.0/8', '192.168.0.0/16'] }, '/privateRanges/1'],
    ['a wider range than the bounds', { privateRanges: ['8.0.0.0/6'] }, '/privateRanges/0'],
    ['what is no range', { privateRanges: ['10.0.0.1'] }, '/privateRanges/0'],
    ['what is no certificate', { caBundle: 'x' }, '/caBundle'],
    ['no state', { state: undefined }, '/state'],
  ])('refuses %s', async (_name, changes, pointer) => {
    const answer = await api.ask('PUT', ORIGIN, { body: { state: 'approved', ...changes } });
    expect(answer.statusCode).toBe(400);
    expect(pointers(answer)).toEqual([pointer]);
  });
});
