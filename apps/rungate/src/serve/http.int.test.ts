import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { readConfig } from '@rungate/config';
import { Cleanup } from './cleanup.js';
import { listen } from './http.js';

let served: FastifyInstance | null = null;

@Module({})
class Probe implements OnModuleInit {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify: FastifyInstance = this.host.httpAdapter.getInstance();
    served = fastify;
    fastify.get('/address', ({ ip }) => ip);
  }
}

describe('the listener', () => {
  it('gives headers no more time than the request: Node would exchange the two, and slow bodies would go on', async () => {
    const cleanup = new Cleanup();
    const config = readConfig({}, { roles: ['ingress', 'worker', 'api'], development: 'embedded' });
    const anyPort = { ...config, listen: { ...config.listen, port: 0 } };
    await listen({ module: { module: Probe }, config: anyPort, cleanup });
    const { requestTimeout = 0, headersTimeout = 0 } = served?.server ?? {};
    await cleanup.run();
    expect(requestTimeout).toBe(10_000);
    expect(headersTimeout).toBeLessThanOrEqual(requestTimeout);
  });

  it.each([
    ['10.0.0.0/8', '127.0.0.1'],
    ['127.0.0.1/32', '192.0.2.7'],
  ])('believes the client address that a proxy names when only %s is one: %s', async (proxies, address) => {
    const cleanup = new Cleanup();
    const env = { RUNGATE_TRUSTED_PROXIES: proxies };
    const config = readConfig(env, { roles: ['ingress', 'worker', 'api'], development: 'embedded' });
    const outside = { ...config, listen: { ...config.listen, port: 0 }, development: false };
    await listen({ module: { module: Probe }, config: outside, cleanup });
    const headers = { 'x-forwarded-for': '203.0.113.9, 192.0.2.7', host: new URL(config.publicUrl).host };
    const answer = await served?.inject({ url: '/address', remoteAddress: '127.0.0.1', headers });
    expect(answer?.body).toBe(address);
    await cleanup.run();
  });
});
