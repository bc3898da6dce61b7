import type { Config } from '@rungate/config';
import type { Log } from '@rungate/telemetry';
import { connectRunner, startRunner, type Runner } from '@rungate/sandbox';
import type { OpenOptions } from './database.js';

/** The processes that run checks, as far as the roles of this one need them. */
export interface Checks {
  /** Null where nothing is judged. */
  readonly runner: Runner | null;
  /** Who knows the plugins of others; null when there are none. */
  readonly describer: Runner | null;
}

/** Starts or finds the processes that run checks. First of all, so that they exist before this one has read a secret. */
export function startChecks({ config, log, cleanup }: OpenOptions): Checks {
  const isWorker = config.roles.includes('worker');
  const hasOthers = config.runnerSocket !== null || config.pluginsDir !== null;
  if (!isWorker && !(config.roles.includes('api') && hasOthers)) return { runner: null, describer: null };
  const runner = openRunner(config, log, isWorker ? config.concurrency : 1);
  cleanup.defer('the runner', () => runner.close());
  // What it described stays known.
  if (!isWorker && config.runnerSocket === null) void untilDescribed(runner).then(() => runner.close());
  return { runner: isWorker ? runner : null, describer: runner };
}

/** Resolves once the plugins of others are known, or cannot be. */
export async function untilDescribed(describer: Runner): Promise<void> {
  // Why it did not start is in the log, and /readyz says that it did not.
  await describer.ready().catch(() => undefined);
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
