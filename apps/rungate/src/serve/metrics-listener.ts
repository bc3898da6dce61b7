import { fastify } from 'fastify';
import type { Config } from '@rungate/config';
import { METRICS_TYPE, type Log, type Metrics } from '@rungate/telemetry';
import type { Cleanup } from './cleanup.js';
import { readinessOf, type HealthOptions } from './readiness.js';
import { StartError } from './start-error.js';

/** What is told to whoever watches the process, and where. */
export interface MetricsListenerOptions {
  readonly config: Pick<Config, 'metricsListen' | 'metricsChosen'>;
  readonly metrics: Metrics;
  readonly health: HealthOptions;
  readonly log: Log;
  readonly cleanup: Cleanup;
}

/**
 * Listens on `RUNGATE_METRICS_LISTEN`: `GET /metrics`, and `GET /readyz` with reasons. Where nobody chose the address and it
 * is taken, the process goes on without, and says so. Resolves with the address, or null.
 * @throws StartError when the address was chosen and cannot be had.
 */
export async function listenForMetrics(options: MetricsListenerOptions): Promise<string | null> {
  const { config, metrics, health, log, cleanup } = options;
  metrics.watch('rungate_check_up', async () => {
    const { checks } = await readinessOf(health);
    return Object.fromEntries(checks.map(({ name, status }) => [name, status === 'OK' ? 1 : 0]));
  });
  const server = fastify({ forceCloseConnections: true });
  server.get('/metrics', async (_request, reply) => reply.type(METRICS_TYPE).send(await metrics.text()));
  server.get('/readyz', async (_request, reply) => {
    const readiness = await readinessOf(health);
    return reply.code(readiness.status === 'OK' ? 200 : 503).send(readiness);
  });
  const { host, port } = config.metricsListen;
  try {
    const address = await server.listen({ host, port });
    cleanup.defer('the metrics listener', () => server.close());
    return address;
  } catch (cause) {
    await server.close();
    const error = StartError.whenListening({ host, port }, cause, 'RUNGATE_METRICS_LISTEN');
    if (config.metricsChosen) throw error;
    log.warn('no metrics', { reason: error.message });
    return null;
  }
}
