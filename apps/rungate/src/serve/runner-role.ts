import { readRunnerConfig, type Environment } from '@rungate/config';
import { startRunner } from '@rungate/sandbox';
import { createLog } from '@rungate/telemetry';
import { acceptedLevel } from './checks.js';
import { Cleanup } from './cleanup.js';
import { HealthModule } from './health.module.js';
import { listen } from './http.js';
import { requireIsolation } from './outside.js';
import { listenForStop } from './signals.js';

/** `rungate serve --roles runner`: checks for workers elsewhere, over a Unix socket; nothing else, and no secret. */
export async function runRunner(env: Environment): Promise<void> {
  const { asked } = listenForStop();
  const config = readRunnerConfig(env, process.execArgv);
  const cleanup = new Cleanup();
  const draining = { now: false };
  try {
    const runner = startRunner({
      poolSize: config.concurrency,
      listen: config.socket,
      pluginsDir: config.pluginsDir ?? undefined,
      acceptOthersAt: acceptedLevel(config.sandbox),
      log: createLog({ level: config.logLevel }),
    });
    cleanup.defer('the runner', () => runner.close());
    await requireIsolation(config, runner);
    await runner.ready();
    const { host, port } = config.listen;
    const health = HealthModule.register({
      roles: ['runner'],
      checks: [{ name: 'runner', check: () => runner.ready().then(() => undefined) }],
      isolation: () => runner.level,
      isDraining: () => draining.now,
    });
    const surroundings = {
      listen: { host, port },
      publicUrl: `http://${host}:${port}`,
      development: false,
      trustedProxies: [],
    };
    await listen({ module: health, config: surroundings, cleanup });
    process.stdout.write(`Rungate's runner is ready at ${config.socket}\n`);
    await asked;
    draining.now = true;
  } finally {
    await cleanup.run();
  }
}
