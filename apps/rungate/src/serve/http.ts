import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { fastifyOptions } from '@rungate/api';
import type { Config } from '@rungate/config';
import type { Cleanup } from './cleanup.js';
import { guardHost } from './host-guard.js';
import { StartError } from './start-error.js';

/** What to serve, and where. */
export interface ListenOptions {
  readonly module: DynamicModule;
  readonly config: Pick<Config, 'listen' | 'publicUrl' | 'development' | 'trustedProxies'>;
  readonly cleanup: Cleanup;
}

/** From the first byte of a request to its last; slower ones are cut. */
const REQUEST_TIMEOUT_MS = 10_000;
/** How often Node looks for slow requests. */
const CHECK_EVERY_MS = 1_000;

/** Starts the application and listens. @throws StartError `port_in_use` */
export async function listen({ module, config, cleanup }: ListenOptions): Promise<string> {
  const adapter = new FastifyAdapter({
    ...fastifyOptions,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Node exchanges the two when headers may take longer than the request, and then bodies have its minute.
    http: { headersTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: CHECK_EVERY_MS },
    forceCloseConnections: 'idle',
    // Whose word about a client's address counts; nothing else of what they add does.
    trustProxy: [...config.trustedProxies],
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    // What fails is said once: by our own log, or by the message that the process ends with.
    logger: false,
    abortOnError: false,
  });
  cleanup.defer('the application', () => app.close());
  guardHost(adapter.getInstance(), config);
  const { host, port } = config.listen;
  try {
    await app.listen(port, host);
  } catch (cause) {
    throw StartError.whenListening({ host, port }, cause);
  }
  return config.publicUrl.startsWith('http://') ? await app.getUrl() : config.publicUrl;
}
