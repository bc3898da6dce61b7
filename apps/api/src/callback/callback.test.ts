import { ApiUnderTest, pointers } from '../testing/index.js';

describe('callbacks that fail', () => {
  const api = new ApiUnderTest();
  beforeAll(() => api.start());
  afterAll(() => api.stop());

  it('are shown by cause, with what happened and what to do', async () => {
    const row = {
      taskResultId: '01943c5f-02b4-7d11-8a6e-91c3d5e7f204',
      organization: 'acme',
      workspaceName: 'network',
      origin: 'https://app.terraform.io',
      refusal: 'unauthorized',
      status: 401,
      error: 'unauthorized',
      at: new Date('2026-11-22T10:00:00.000Z'),
      isGivenUp: true,
      canStillArrive: true,
    } as const;
    api.failing.push(row, { ...row, isGivenUp: false });
    const response = await api.ask('GET', '/callbacks');
    expect(response.json()).toMatchObject({
      items: [
        {
          cause: 'unauthorized 401 https://app.terraform.io',
          happened: 'Terraform refused the access token of the run.',
          remedy: expect.stringContaining('start a new one') as string,
          counts: { failing: 1, givenUp: 1, canStillArrive: 2 },
          organizations: [{ organization: 'acme', count: 2 }],
          organizationCount: 1,
        },
      ],
      isCut: false,
    });
  });

  it('are asked for with a moment that is one', async () => {
    expect(pointers(await api.ask('GET', '/callbacks?since=yesterday'))).toEqual(['/query/since']);
  });
});
