import type { Config } from '@rungate/config';
import type { Log } from '@rungate/telemetry';
import { connectRunner, startRunner, type Runner } from '@rungate/sandbox';
import type { OpenOptions } from './database.js';

/** Most that a runner does at once. */
const LARGEST_POOL = 64;

/**
 * Starts or finds the process that runs checks: for a worker, and for the API, which judges samples and knows of plugins of
 * others from it. First of all, so that it exists before this one has read a secret. Null for other roles.
 */
export function startChecks({ config, log, cleanup }: OpenOptions): Runner | null {
  const { roles, concurrency } = config;
  // A sample does not take a slot from the worker beside it.
  const slots = (roles.includes('worker') ? concurrency : 0) + (roles.includes('api') ? 1 : 0);
  if (slots === 0) return null;
  const runner = openRunner(config, log, Math.min(slots, LARGEST_POOL));
  cleanup.defer('the runner', () => runner.close());
  return runner;
}

/** Resolves once the plugins of others are known, or cannot be. */
export async function untilDescribed(runner: Runner): Promise<void> {
  // Why it did not start is in the log, and /readyz says that it did not.
  await runner.ready().catch(() => undefined);
}

function openRunner(config: Config, log: Log, poolSize: number): Runner {
  const { runnerSocket: socket, pluginsDir, sandbox } = config;
  if (socket !== null) return connectRunner({ socket, log });
  return startRunner({ poolSize, pluginsDir: pluginsDir ?? undefined, acceptOthersAt: acceptedLevel(sandbox), log });
}

/** The weakest level at which plugins of others run. */
export function acceptedLevel(sandbox: Config['sandbox']): 'full' | 'limited' | 'weak' {
  return sandbox === 'auto' ? 'full' : sandbox;
}
