import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { readConfig } from '@rungate/config';
import { Cleanup } from './cleanup.js';
import { listen } from './http.js';

let server: FastifyInstance['server'] | null = null;

@Module({})
class Probe implements OnModuleInit {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify: FastifyInstance = this.host.httpAdapter.getInstance();
    server = fastify.server;
  }
}

describe('the listener', () => {
  it('gives headers no more time than the request: Node would exchange the two, and slow bodies would go on', async () => {
    const cleanup = new Cleanup();
    const config = readConfig({}, { roles: ['ingress', 'worker', 'api'], development: 'embedded' });
    const anyPort = { ...config, listen: { ...config.listen, port: 0 } };
    await listen({ module: { module: Probe }, config: anyPort, cleanup });
    const { requestTimeout = 0, headersTimeout = 0 } = server ?? {};
    await cleanup.run();
    expect(requestTimeout).toBe(10_000);
    expect(headersTimeout).toBeLessThanOrEqual(requestTimeout);
  });
});
