import { InMemoryOperationStore } from '@rungate/run-task/testing';
import { ApiUnderTest, type Ask } from '../testing/index.js';

const RESEND = { kind: 'resend', filter: {}, reason: 'the proxy is up' };
const REEVALUATE = { kind: 'reevaluate', filter: {}, reason: 'a new rule' };

describe('operations', () => {
  let api: ApiUnderTest;
  let operations: InMemoryOperationStore;

  beforeEach(async () => {
    operations = new InMemoryOperationStore();
    api = await new ApiUnderTest().start({ options: { operations } });
    await api.ask('PUT', '/organizations/acme', { body: {} });
  });
  afterEach(() => api.stop());

  const plan = (body: object, ask: Ask = {}) => api.ask('POST', '/operations', { ...ask, body });
  const idOf = async (body: object) => (await plan(body)).json<{ id: string }>().id;

  it.each([
    ['admin', REEVALUATE, 201, 2_000],
    ['editor', REEVALUATE, 201, 500],
    ['admin', RESEND, 403, null],
    ['editor', RESEND, 403, null],
    ['viewer', REEVALUATE, 403, null],
  ] as const)('%s of an organization plans %j: %s', async (role, body, status, most) => {
    operations.matching = 5_000;
    const response = await plan(body, { headers: { authorization: `Bearer ${await api.tokenOf('acme', role)}` } });
    expect(response.statusCode).toBe(status);
    if (most !== null) expect(response.json()).toMatchObject({ isCut: true, counts: { pending: most } });
  });

  it('are of up to 10,000 task results for the platform', async () => {
    operations.matching = 50_000;
    expect((await plan(RESEND)).json()).toMatchObject({ isCut: true, counts: { pending: 10_000 } });
  });

  it.each([
    [100, 'long ago', 200],
    [101, 'long ago', 403],
    [101, 'just now', 200],
  ])('of %s task results are started by a person who proved who he is %s: %s', async (matching, when, status) => {
    operations.matching = matching;
    const proved = when === 'just now' ? api.clock.now() : null;
    const person = await api.personOf('operator', proved);
    const response = await api.askAs(person, 'POST', `/operations/${await idOf(RESEND)}/start`);
    expect(response.statusCode).toBe(status);
    if (status === 403) expect(response.json()).toMatchObject({ code: 'step-up-required' });
  });

  it('are started by a program whatever their size', async () => {
    operations.matching = 5_000;
    expect((await api.ask('POST', `/operations/${await idOf(RESEND)}/start`)).statusCode).toBe(200);
  });
});
