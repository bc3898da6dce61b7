import type { LightMyRequestResponse as Response } from 'fastify';
import { ApiUnderTest, pointers } from '../testing/index.js';

describe('a request with an Idempotency-Key', () => {
  const api = new ApiUnderTest();
  beforeAll(async () => {
    await api.start();
    await api.ask('PUT', '/organizations/acme', { body: {} });
  });
  afterAll(() => api.stop());

  const create = (key: string, body: object = { name: 'ci', role: 'viewer' }, token?: string): Promise<Response> =>
    api.ask('POST', '/organizations/acme/tokens', {
      body,
      headers: { 'idempotency-key': key, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    });
  const tokens = async (): Promise<number> =>
    (await api.ask('GET', '/organizations/acme/tokens')).json<{ items: unknown[] }>().items.length;

  it('is done once, and answered again without what is shown once', async () => {
    const before = await tokens();
    const first = await create('once');
    const again = await create('once');
    expect([first.statusCode, again.statusCode, await tokens()]).toEqual([201, 201, before + 1]);
    const { token, ...rest } = first.json<{ token: string }>();
    expect(token).toMatch(/^rungate_/);
    expect(again.json()).toEqual(rest);
    expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([undefined, 'true']);
  });

  it('is refused with another body', async () => {
    await create('other');
    const response = await create('other', { name: 'ci', role: 'editor' });
    expect([response.statusCode, pointers(response)]).toEqual([400, ['/headers/idempotency-key']]);
  });

  it('is answered to nobody else', async () => {
    const before = await tokens();
    await create('mine');
    const admin = await api.tokenOf('acme', 'admin');
    expect((await create('mine', undefined, admin)).headers['idempotency-replayed']).toBeUndefined();
    expect(await tokens()).toBe(before + 3);
  });

  it('may be sent again after a refusal', async () => {
    expect((await create('again', { name: 'ci', role: 'nobody' })).statusCode).toBe(400);
    expect((await create('again', { name: 'ci', role: 'nobody' })).statusCode).toBe(400);
  });

  it('is done once when two arrive at once', async () => {
    const before = await tokens();
    const answers = await Promise.all([create('both'), create('both')]);
    // The second finds the first under way, or its answer.
    expect(answers.filter(({ body }) => body.includes('rungate_'))).toHaveLength(1);
    expect(await tokens()).toBe(before + 1);
  });

  it('needs a key that can be one', async () => {
    expect(pointers(await create('x'.repeat(201)))).toEqual(['/headers/idempotency-key']);
  });
});
