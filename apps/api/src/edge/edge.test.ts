import { Controller } from '@nestjs/common';
import { routes } from '@rungate/contract';
import { ApiUnderTest, TOKEN, pointers } from '../testing/index.js';
import { Endpoint } from './endpoint.js';

@Controller()
class PayloadProbe {
  @Endpoint({ ...routes.listChecks, path: '/payload-probe', permission: 'payload.read' })
  get(): string {
    return 'a payload';
  }
}

const api = new ApiUnderTest();
beforeAll(() => api.start());
afterAll(() => api.stop());

describe('the edge of the API', () => {
  it.each([
    ['no token', {}],
    ['another token', { authorization: 'Bearer nothing-of-ours' }],
    ['a longer token', { authorization: `Bearer ${TOKEN}x` }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['an empty token', { authorization: 'Bearer ' }],
  ])('answers %s with the same 401', async (_, headers) => {
    const response = await api.inject({ method: 'GET', url: '/api/v1/organizations', headers });
    expect(response.statusCode).toBe(401);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.headers['www-authenticate']).toBe('Bearer');
    expect(response.json()).toEqual({ type: 'about:blank', title: 'Unauthorized', status: 401 });
  });

  it('asks for the token before it looks at anything else', async () => {
    const response = await api.inject({ method: 'PUT', url: '/api/v1/organizations/%20?x=1', payload: 'not json' });
    expect(response.statusCode).toBe(401);
  });

  it('lets nobody in with the bootstrap token when none is set', async () => {
    const closed = await new ApiUnderTest().start({ options: { bootstrapToken: null } });
    expect((await closed.ask('GET', '/organizations')).statusCode).toBe(401);
    await closed.stop();
  });

  it('forbids the bootstrap token what it is not granted', async () => {
    const probed = await new ApiUnderTest().start({ controllers: [PayloadProbe] });
    const response = await probed.ask('GET', '/payload-probe');
    expect(response.statusCode).toBe(403);
    expect(response.json()).toMatchObject({ title: 'Forbidden', detail: 'This needs the permission payload.read.' });
    await probed.stop();
  });

  it('shows the OpenAPI document to everyone', async () => {
    const response = await api.inject({ method: 'GET', url: '/api/v1/openapi.json' });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ openapi: '3.1.0', servers: [{ url: '/api/v1' }] });
  });

  it.each(['/api/v1/nothing', '/api/v1', '/elsewhere', '/api/v1/organizations/acme/nothing'])(
    'answers 404 at %s',
    async (url) => {
      const response = await api.inject({ method: 'GET', url });
      expect(response.statusCode).toBe(404);
      expect(response.headers['content-type']).toBe('application/problem+json');
      expect(response.json()).toMatchObject({ title: 'Not Found', status: 404 });
    },
  );

  it.each([
    ['what is not JSON', '{"displayName":', 400],
    ['nothing', '', 400],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400],
    ['more than 1 MB', `{"displayName":"${'x'.repeat(1_100_000)}"}`, 413],
  ])('refuses a body of %s', async (_, payload, status) => {
    const response = await api.inject({
      method: 'PUT',
      url: '/api/v1/organizations/acme',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      payload,
    });
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.json()).toMatchObject({ status });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx'])(
    'refuses a body sent as %s',
    async (type) => {
      const response = await api.ask('PUT', '/organizations/acme', { body: {}, headers: { 'content-type': type } });
      expect(response.statusCode).toBe(415);
    },
  );

  it.each(['/api/v1/organizations/%zz', '/api/v1/organizations/%ff'])('answers %s with a 4xx problem', async (url) => {
    const response = await api.inject({ method: 'GET', url, headers: { authorization: `Bearer ${TOKEN}` } });
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
    expect(response.statusCode).toBeLessThan(500);
    expect(response.headers['content-type']).toBe('application/problem+json');
  });

  it.each([
    ['limit=0', '/query/limit'],
    ['limit=201', '/query/limit'],
    ['limit=ten', '/query/limit'],
    ['limit=', '/query/limit'],
    ['limit=1&limit=2', '/query/limit'],
    ['cursor=abc', '/query/cursor'],
    ['colour=red', '/query/colour'],
    ['q=%00', '/query/q'],
  ])('names %s by its pointer', async (query, pointer) => {
    const response = await api.ask('GET', `/organizations?${query}`);
    expect(response.statusCode).toBe(400);
    expect(pointers(response)).toEqual([pointer]);
  });

  it('answers what nobody expected with a 500 that says nothing, and logs it once', async () => {
    const broken = new ApiUnderTest();
    await broken.start({
      options: {
        catalogue: () => {
          throw new Error('the disk is gone');
        },
      },
    });
    const response = await broken.ask('GET', '/checks');
    expect(response.statusCode).toBe(500);
    expect(response.json()).toEqual({ type: 'about:blank', title: 'Internal Server Error', status: 500 });
    expect(broken.logged).toHaveLength(1);
    expect(JSON.stringify(broken.logged)).toContain('the disk is gone');
    expect(JSON.stringify(broken.logged)).not.toContain(TOKEN);
    await broken.stop();
  });

  it.each(['/api/v1/organizations', '/api/v1/nothing', '/auth/options'])(
    'lets what it answers at %s be read by its own pages alone, and as what it is',
    async (url) => {
      const { headers } = await api.inject({ method: 'GET', url });
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'strict-transport-security': 'max-age=31536000',
        'x-frame-options': 'DENY',
      });
    },
  );

  it('forbids answers to be kept', async () => {
    expect((await api.ask('GET', '/organizations')).headers['cache-control']).toBe('no-store');
    expect((await api.ask('GET', '/organizations/none')).headers['cache-control']).toBe('no-store');
  });
});
