import { cleanUp } from '../harness/cleanup.js';
import { HELP, readOptions, type ChaosOptions } from './options.js';
import { Summary } from './summary.js';
import { runSimulations } from './run-simulations.js';
import { runSchedules } from './run-schedules.js';
import { measureRedisAway } from './redis-away.js';
import { measureTakeover } from './takeover.js';
import { tellScenarios } from './tell-scenarios.js';

/** `npm run chaos`: ends 1 when something did not hold, 2 when it was not told what to do. */
async function main(options: ChaosOptions): Promise<void> {
  const summary = new Summary();
  if (options.scenarios !== null) await tellScenarios(options.scenarios, options.queues, summary);
  if (options.simulated > 0) await runSimulations(options.simulated, options.seed, summary);
  if (options.real > 0) await runSchedules(options.real, options.seed, summary);
  if (options.takeovers > 0) await measureTakeover(options.takeovers, summary);
  if (options.redisAwayMinutes > 0) await measureRedisAway(options.redisAwayMinutes, summary);
  summary.print();
  if (summary.failed > 0) process.exitCode = 1;
}

// Whoever sends while everything is being killed may be cut off; what matters is in the history.
process.on('unhandledRejection', () => undefined);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void cleanUp().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  });
}

const options = readOptions(process.argv.slice(2));
if (options.kind === 'help') process.stdout.write(options.text);
else if (options.kind === 'wrong') {
  process.stderr.write(`${options.reason}\n\n${HELP}`);
  process.exitCode = 2;
} else {
  main(options)
    .catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exitCode = 1;
    })
    .finally(cleanUp);
}
