import { startRunner, type Runner } from '@rungate/sandbox';
import type { OpenOptions } from './database.js';

/** Starts the processes that run checks. First of all, so that they exist before this one has read a secret. */
export function startChecks({ config, log, cleanup }: OpenOptions): Runner {
  const runner = startRunner({ poolSize: config.concurrency, log });
  cleanup.defer('the runner', () => runner.close());
  return runner;
}
