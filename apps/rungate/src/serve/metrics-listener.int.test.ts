import { createServer } from 'node:net';
import { once } from 'node:events';
import { createMetrics, type Log } from '@rungate/telemetry';
import { Cleanup } from './cleanup.js';
import { listenForMetrics } from './metrics-listener.js';
import type { HealthOptions } from './readiness.js';

const health: HealthOptions = {
  roles: ['ingress'],
  checks: [
    { name: 'database', check: () => Promise.reject(new Error('connection refused')) },
    { name: 'queue', check: () => Promise.resolve(), dispensable: true },
  ],
  isDraining: () => false,
};

const warnings: string[] = [];
const log: Log = {
  info: () => undefined,
  warn: (moment, { reason }) => warnings.push(`${moment}: ${String(reason)}`),
  error: () => undefined,
};

let cleanup: Cleanup;

function start(port: number, metricsChosen = true): Promise<string | null> {
  const config = { metricsListen: { host: '127.0.0.1', port }, metricsChosen };
  return listenForMetrics({ config, metrics: createMetrics(), health, log, cleanup });
}

describe('the metrics listener', () => {
  beforeEach(() => {
    cleanup = new Cleanup();
    warnings.length = 0;
  });

  afterEach(() => cleanup.run());

  it('serves the text format of Prometheus, and whether each thing that the process needs is there', async () => {
    const answer = await fetch(`${await start(0)}/metrics`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await answer.text();
    expect(text).toContain('rungate_check_up{check="database"} 0\n');
    expect(text).toContain('rungate_check_up{check="queue"} 1\n');
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('gives reasons on its own /readyz', async () => {
    const answer = await fetch(`${await start(0)}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      status: 'ERROR',
      checks: [{ name: 'database', status: 'ERROR', reason: 'connection refused' }, { name: 'queue' }],
    });
  });

  it('refuses to start without the address that the operator chose, and goes on without one that nobody chose', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    cleanup.defer('the other', () => void other.close());
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(start(port)).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringContaining('set RUNGATE_METRICS_LISTEN to another address') as string,
    });
    expect(await start(port, false)).toBeNull();
    expect(warnings).toEqual([expect.stringContaining('no metrics: Another process listens')]);
  });
});
